"""Claims that stop the notebook when the run just made does not bear them out."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from IPython.display import display

MIME = "application/vnd.dlcore.claim+json"
KINDS = {
    "check": "code equals code, or a theorem",
    "count": "arithmetic",
    "finding": "it could have come out otherwise",
}
VERDICTS = ("confirmed", "in part: which part", "contradicted")
VERDICT = re.compile(r"confirmed|contradicted|in part: \S.*")
THRESHOLD = re.compile(
    r"^(over|under|above|below|beyond|(more|less|fewer) than|at (least|most)|[<>≤≥])"
)
LINK = re.compile(r"\[([^\[\]]+)\]\((https://\S+)\)")


class ClaimError(AssertionError):
    """What a chapter claims did not hold in this run."""


class Claim:
    """A claim that held, as a line in the notebook and a row of the book's ledger."""

    def __init__(
        self,
        text: str,
        measured: str = "",
        kind: str = "finding",
        source: str = "",
        verdict: str = "",
        speed: bool = False,
    ):
        self.text, self.measured, self.kind = text, measured, kind
        self.source, self.verdict, self.speed = source, verdict, speed

    def __repr__(self) -> str:
        return self._line(self.text, self.measured, "{0}, {1}".format)

    def _line(self, text: str, measured: str, link: Callable[[str, str], str]) -> str:
        """The claim on one line; `link` makes one of the source's name and address."""
        notes = [f"✓ {text}"]
        if measured:
            notes.append(f"measured {measured}")
        if self.source:
            [(name, address)] = LINK.findall(self.source)
            notes.append(f"source: {link(name, address)}")
        if self.verdict not in ("", "confirmed"):
            notes.append(self.verdict)
        return " — ".join(notes)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        data = {"claim": self.text, "measured": self.measured, "kind": self.kind}
        if self.source:
            data |= {"source": self.source, "verdict": self.verdict}
        if self.speed:
            data |= {"speed": True}
        measured = self.measured and f"<b>{html.escape(self.measured)}</b>"
        line = self._line(html.escape(self.text), measured, _html_link)
        line = line.replace("✓", '<span aria-hidden="true">✓</span>', 1)
        style = "border-left: 4px solid #007a58; padding: 0.3em 0.8em; margin: 0"
        return {
            MIME: data,
            "text/html": f'<p class="dl-claim" style="{style}">{line}</p>',
            "text/plain": repr(self),
        }


def _html_link(name: str, address: str) -> str:
    return f'<a href="{html.escape(address)}">{html.escape(name)}</a>'


def claim(
    text: str,
    holds: Any,
    measured: Any = None,
    kind: str | None = None,
    source: str | None = None,
    verdict: str | None = None,
    speed: bool = False,
) -> None:
    """Show `text` with a tick if `holds` is true, stop with ClaimError if it is not.

    text: the claim, one sentence. holds: a bool (Python, NumPy, or a tensor of one bool).
    measured: what was measured, text such as "97.2 %" or a number; a finding must have one.
    kind: "check" (code equals code, or a theorem), "count" (arithmetic) or "finding" (it could
    have come out otherwise). Only a finding may have a source and a verdict.
    source: who says what is tested here, one Markdown link "[name (year)](https://…)".
    verdict: what the measurement says of the source: "confirmed" (if left out), "contradicted",
    or "in part: …", which names the part.
    speed: the claim is about how fast something is learned, and may fail with longer training.
    TypeError for a `holds` that is no bool; ValueError for an empty text, a NaN, an unknown kind,
    a finding whose measurement is missing or only a threshold, a source that is no link, a
    verdict that is none of the three or has no source.
    """
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"claim(text) expects a sentence, got {text!r}")
    shown = _measured_text(measured)
    _check_kind(kind, shown, source or verdict)
    said = _source_and_verdict(source, verdict)
    if not _one_bool(holds):
        raise ClaimError(f"claimed: {text}; measured: {shown or 'not given'}; it does not hold")
    display(Claim(text.strip(), shown, str(kind), *said, bool(speed)))


def _check_kind(kind: str | None, measured: str, judged: str | None) -> None:
    """Refuse an unknown kind, a finding without its measurement, a judgement by anything else."""
    if kind not in KINDS:
        known = "; ".join(f'"{name}" ({meaning})' for name, meaning in KINDS.items())
        raise ValueError(f"claim(kind=…) expects {known}; got {kind!r}")
    if judged and kind != "finding":
        raise ValueError(f"a {kind} proves nothing about a source: only a finding may name one")
    if kind == "finding" and not measured:
        raise ValueError("a finding says what was measured: claim(…, measured=…)")
    if kind == "finding" and THRESHOLD.match(measured):
        raise ValueError(f"claim(measured={measured!r}) is a threshold: print what was measured")


def _source_and_verdict(source: str | None, verdict: str | None) -> tuple[str, str]:
    """Return both as text, "" and "" for a claim that nobody published."""
    if source is None and verdict is None:
        return "", ""
    if source is None:
        raise ValueError(f"claim(verdict={verdict!r}) expects a source that it judges, got none")
    if not isinstance(source, str) or not LINK.fullmatch(source):
        raise ValueError(
            f"claim(source) expects one Markdown link, [name (year)](https://…), got {source!r}"
        )
    verdict = "confirmed" if verdict is None else verdict
    if not isinstance(verdict, str) or not VERDICT.fullmatch(verdict):
        raise ValueError(f"claim(verdict) expects one of {', '.join(VERDICTS)}; got {verdict!r}")
    return source, verdict


def _one_bool(holds: Any) -> bool:
    """Return the Python bool in `holds`, refusing numbers, arrays and missing values."""
    value = getattr(holds, "data", holds) if type(holds).__module__.startswith("dlcore") else holds
    if isinstance(value, (np.ndarray, torch.Tensor)) and math.prod(value.shape) == 1:
        value = value.item()
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise TypeError(
        "claim(holds) expects True or False, the result of a comparison such as "
        f"accuracy > 0.95; got {type(holds).__name__} {holds!r}"
    )


def _measured_text(measured: Any) -> str:
    """Return the measured value as text, "" if none was given."""
    if measured is None:
        return ""
    shown = measured.strip() if isinstance(measured, str) else f"{float(measured):.4g}"
    if re.search(r"\bnan\b", shown, flags=re.IGNORECASE):
        raise ValueError(f"claim(measured) got {shown!r}: a run that gave NaN measured nothing")
    return shown
