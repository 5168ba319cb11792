import sys

import numpy as np
import pytest
import torch

from dlcore.autodiff import Tensor
from dlcore.study.claim import MIME, Claim, ClaimError, claim


@pytest.fixture
def shown(monkeypatch):
    """What claim() displays, in order."""
    seen = []
    monkeypatch.setattr(sys.modules["dlcore.study.claim"], "display", seen.append)
    return seen


@pytest.mark.parametrize(
    "holds",
    [True, np.bool_(True), np.array([True]), torch.tensor(True), Tensor(torch.tensor(True))],
)
def test_a_claim_that_holds_is_shown(shown, holds):
    assert claim("it learns", holds, measured="97.2 %", kind="finding") is None
    assert [repr(line) for line in shown] == ["✓ it learns — measured 97.2 %"]


@pytest.mark.parametrize("holds", [False, np.bool_(False), torch.tensor([False])])
def test_a_claim_that_fails_stops_with_what_was_measured(shown, holds):
    with pytest.raises(ClaimError, match="claimed: it learns; measured: 12 %; it does not hold"):
        claim("it learns", holds, measured="12 %", kind="finding")
    assert shown == []


def test_claim_error_is_an_assertion_error():
    assert issubclass(ClaimError, AssertionError)


def test_measured_may_be_a_number_or_left_out(shown):
    claim("a", True, measured=0.123456, kind="finding")
    claim("b", True, kind="check")
    assert [repr(line) for line in shown] == ["✓ a — measured 0.1235", "✓ b"]


@pytest.mark.parametrize(
    "holds", [0.97, 1, None, "yes", float("nan"), np.array([True, True]), torch.tensor(1.0)]
)
def test_holds_must_be_one_bool(shown, holds):
    with pytest.raises(TypeError, match=r"claim\(holds\) expects True or False"):
        claim("it learns", holds, kind="check")


@pytest.mark.parametrize("measured", [float("nan"), "nan %", "loss NaN"])
def test_nan_is_no_measurement(shown, measured):
    with pytest.raises(ValueError, match="NaN measured nothing"):
        claim("it learns", True, measured=measured, kind="finding")


@pytest.mark.parametrize("text", ["", "  ", None])
def test_text_is_required(shown, text):
    with pytest.raises(ValueError, match=r"claim\(text\) expects a sentence"):
        claim(text, True, kind="check")


def test_notebook_forms_of_a_claim():
    bundle = Claim("1 < 2 holds", "97 %")._repr_mimebundle_()
    assert bundle[MIME] == {"claim": "1 < 2 holds", "measured": "97 %", "kind": "finding"}
    assert "1 &lt; 2 holds" in bundle["text/html"]
    assert bundle["text/plain"] == "✓ 1 < 2 holds — measured 97 %"


PAPER = "[Minsky & Papert (1969)](https://doi.org/10.1016/S0022(69)1?a=1&b=2)"


def bundle_of(shown, *args, **said):
    claim("it learns", True, *args, **{"kind": "finding", **said})
    return shown[-1]._repr_mimebundle_()


@pytest.mark.parametrize(
    ("said", "verdict", "ending"),
    [
        ({}, "confirmed", ""),
        ({"verdict": "confirmed"}, "confirmed", ""),
        ({"verdict": "in part: digits only"}, "in part: digits only", " — in part: digits only"),
        ({"verdict": "contradicted"}, "contradicted", " — contradicted"),
    ],
)
def test_a_claim_names_its_source_and_what_became_of_it(shown, said, verdict, ending):
    bundle = bundle_of(shown, "97 %", source=PAPER, **said)
    assert bundle[MIME] == {
        "claim": "it learns",
        "measured": "97 %",
        "kind": "finding",
        "source": PAPER,
        "verdict": verdict,
    }
    assert bundle["text/plain"] == (
        "✓ it learns — measured 97 % — source: Minsky & Papert (1969), "
        f"https://doi.org/10.1016/S0022(69)1?a=1&b=2{ending}"
    )
    assert bundle["text/html"].endswith(
        "</span> it learns — measured <b>97 %</b> — source: "
        '<a href="https://doi.org/10.1016/S0022(69)1?a=1&amp;b=2">Minsky &amp; Papert (1969)</a>'
        f"{ending}</p>"
    )


def test_a_claim_without_a_source_has_no_verdict(shown):
    assert bundle_of(shown, "97 %")[MIME] == {
        "claim": "it learns",
        "measured": "97 %",
        "kind": "finding",
    }


@pytest.mark.parametrize(
    "source",
    [
        "",
        "Minsky (1969)",
        "https://doi.org/10.1",
        "[Minsky](http://doi.org/10.1)",
        "see [Minsky](https://doi.org/10.1)",
        "[a](https://a.org) [b](https://b.org)",
        ["[Minsky](https://doi.org/10.1)"],
    ],
)
def test_a_source_is_one_link(shown, source):
    with pytest.raises(ValueError, match=r"claim\(source\) expects one Markdown link"):
        claim("it learns", True, 1, kind="finding", source=source)


@pytest.mark.parametrize("verdict", ["right", "", True, "in part", "in part: "])
def test_a_verdict_is_one_of_three(shown, verdict):
    with pytest.raises(
        ValueError, match="expects one of confirmed, in part: which part, contradicted"
    ):
        claim("it learns", True, 1, kind="finding", source=PAPER, verdict=verdict)


def test_a_verdict_judges_a_source(shown):
    with pytest.raises(ValueError, match="expects a source that it judges"):
        claim("it learns", True, 1, kind="finding", verdict="confirmed")


def test_a_claim_says_its_kind_and_whether_it_is_about_speed(shown):
    bundle = bundle_of(shown, "97 %", kind="finding", speed=True)
    assert bundle[MIME] == {
        "claim": "it learns",
        "measured": "97 %",
        "kind": "finding",
        "speed": True,
    }


def test_a_kind_is_one_of_three(shown):
    with pytest.raises(ValueError, match="got None"):
        claim("it learns", True)
    with pytest.raises(ValueError, match=r'claim\(kind=…\) expects "check" .*; got \'guess\''):
        claim("it learns", True, kind="guess")


@pytest.mark.parametrize("kind", ["check", "count"])
def test_only_a_finding_judges_a_source(shown, kind):
    with pytest.raises(ValueError, match=f"a {kind} proves nothing about a source"):
        claim("it learns", True, measured="97 %", kind=kind, source=PAPER)


def test_a_finding_prints_its_measurement(shown):
    with pytest.raises(ValueError, match="a finding says what was measured"):
        claim("it learns", True, kind="finding")
    claim("2 + 2 = 4", True, kind="check")


@pytest.mark.parametrize("measured", ["over 35 %", "> 0.9", "less than 3", "at least 12"])
def test_a_threshold_is_no_measurement(shown, measured):
    with pytest.raises(ValueError, match="is a threshold: print what was measured"):
        claim("it learns", True, measured=measured, kind="finding")
