"""The translator of the page: trained as it says, and as good as it says."""

import live_translator
import pytest
import torch
import train_live
from bookpages.live import read_about

from dlcore.data import translations
from dlcore.methods.export import export_web
from dlcore.models.language.seq2seq import translation_loss
from tests.live.committed import load, script

ABOUT = read_about(train_live.MODELS / "translator.js")


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def net():
    return live_translator.as_translator(load("translator"))


@pytest.fixture(scope="module")
def tested():
    return translations(ABOUT["tested"], seed=20_000)


def test_the_command_learns():
    here, there = live_translator.words()
    pairs = translations(50, seed=1)
    x = here.table([pair.source for pair in pairs], end=True)
    y = there.table([pair.target for pair in pairs], begin=True, end=True)
    nets = [live_translator.translator(steps, examples=400) for steps in (2, 60)]
    first, later = (translation_loss(net, x, y).item() for net in nets)
    assert later < first - 1
    fresh = export_web(live_translator.as_layers(nets[1]))["layers"]
    assert [part["name"] for part in fresh] == [p["name"] for p in script("translator")["layers"]]


def test_training_is_the_same_each_time():
    first, second = (live_translator.translator(steps=3, examples=100) for _ in range(2))
    for key, value in first.state_dict().items():
        assert torch.equal(value, second.state_dict()[key])


def test_a_net_comes_back_from_its_layers():
    torch.manual_seed(1)
    net = live_translator.empty().eval()
    again = live_translator.as_translator(live_translator.as_layers(net))
    x = torch.randint(83, (2, 5), generator=torch.Generator().manual_seed(0)).clamp(min=4)
    assert torch.equal(net(x, x.clamp(max=70)).data, again(x, x.clamp(max=70)).data)


def test_all_words_of_the_grammar_are_known():
    here, there = live_translator.words()
    pairs = translations(3000, seed=9)
    assert {word for pair in pairs for word in pair.source} == set(here.words[4:])
    assert {word for pair in pairs for word in pair.target} == set(there.words[4:])
    assert (ABOUT["here"], ABOUT["there"]) == (here.words, there.words)
    assert ABOUT["lexicon"] == live_translator.lexicon()


def test_the_page_tells_the_true_share(net, tested):
    assert abs(live_translator.right(net, tested) - ABOUT["right"]) <= 2  # where two words tie
    assert ABOUT["right"] > 0.95 * ABOUT["tested"]
    assert ABOUT["parameters"] == sum(p.numel() for p in net.parameters())
    assert ABOUT["steps"] == live_translator.STEPS


def test_the_page_tells_what_places_are_worth(net, tested):
    found = live_translator.right(live_translator.without_places(net), tested[:300])
    assert found / 300 == pytest.approx(ABOUT["without_places"] / ABOUT["tested"], abs=0.06)
    assert ABOUT["without_places"] < 0.5 * ABOUT["right"]


def test_the_page_tells_what_a_head_is_worth(net, tested):
    some = tested[: ABOUT["heads_tested"]]
    assert abs(live_translator.right(net, some) - ABOUT["with_heads"]) <= 2
    table = {
        (look, layer, head): right
        for look, rows in ABOUT["without_head"].items()
        for layer, row in enumerate(rows)
        for head, right in enumerate(row)
    }
    assert len(table) == 3 * 2 * 4
    for look in (min(table, key=table.get), max(table, key=table.get)):
        found = live_translator.right(live_translator.without_head(net, *look), some)
        assert abs(found - table[look]) <= 2


def test_the_opening_sentence_is_translated(net):
    words = ABOUT["first"]["words"]
    assert words == live_translator.FIRST["words"]
    (said,) = live_translator.translate(net, [words])
    assert said[-1].startswith(live_translator.made_up("sees"))


def test_looks_are_shares(net):
    (pair,) = translations(1, seed=4)
    found = live_translator.looks(net, pair.source, pair.target)
    assert {key[0] for key in found} == set(live_translator.LOOKS)
    for (look, _), table in found.items():
        rows = len(pair.source) + 1 if look == "encoder" else len(pair.target) + 1
        assert table.shape[:2] == (4, rows)
        assert table.sum(-1) == pytest.approx(torch.ones(4, rows), abs=1e-5)
        assert look != "writer" or not table.triu(1).any()
