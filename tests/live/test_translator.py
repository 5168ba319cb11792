"""The page's translator is dlcore's: words, weights of every head, and what is switched off."""

import itertools

import live_translator
import pytest
import torch

from dlcore.autodiff import no_grad
from dlcore.data import translations
from dlcore.layers import position
from dlcore.models.language.seq2seq import END
from tests.live.committed import load, script
from tests.live.nodes import in_node

TONGUE = {"Tongue": "dl-tongue.js"}
NET = {"DL": "dl-layers.js", "Translator": "dl-translator.js"}
TRANSLATE = """const [model, sentences, setting] = question, net = Translator.net(model);
    return sentences.map((x) => net.translate(x, model.about.longest, setting).next);"""
AS_LEARNED = {"places": True, "sharp": 1, "off": []}


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def net():
    return live_translator.as_translator(load("translator"))


@pytest.fixture(scope="module")
def pairs():
    return translations(40, seed=30_000)


def numbers(words):
    return [*live_translator.words()[0].numbers(words), END]


def by_page(pairs, **setting):
    sources = [numbers(pair.source) for pair in pairs]
    found = in_node(TRANSLATE, [script("translator"), sources, {**AS_LEARNED, **setting}], **NET)
    return [live_translator.words()[1].sentence(row) for row in found]


def by_dlcore(net, pairs):
    return live_translator.translate(net, [pair.source for pair in pairs])


def test_the_same_translations(net, pairs):
    found = by_page(pairs)
    assert found == by_dlcore(net, pairs)
    assert sum(said == pair.target for said, pair in zip(found, pairs)) >= 36


def test_a_silent_head_is_one_whose_map_is_zero(net, pairs):
    off = [("encoder", 0, 1), ("writer", 1, 2), ("source", 1, 0)]
    for look in off:
        net = live_translator.without_head(net, *look)
    found = by_page(pairs, off=[" ".join(map(str, look)) for look in off])
    assert found == by_dlcore(net, pairs)
    assert found != by_page(pairs)


def test_without_places(net, pairs):
    found = by_page(pairs, places=False)
    assert found == by_dlcore(live_translator.without_places(net), pairs)
    assert sum(said == pair.target for said, pair in zip(found, pairs)) < 20


def test_sharper_scores_are_larger_queries(net, pairs):
    sharper = live_translator.as_translator(load("translator"))
    for stack in (sharper.transformer.encoder, sharper.transformer.decoder):
        for layer in stack.layers:
            for look in (layer.self_attn, getattr(layer, "multihead_attn", None)):
                if look is not None:
                    look.in_proj_weight.data[:32] *= 0.5
                    look.in_proj_bias.data[:32] *= 0.5
    assert by_page(pairs, sharp=0.5) == by_dlcore(sharper, pairs)


def test_scores_times_nothing_give_equal_weights():
    body = """const [model, x] = question, net = Translator.net(model);
    const { encoder, decoder } = net.translate(x, 9, { places: true, sharp: 0, off: [] });
    return [...encoder.branches, ...decoder.branches].filter(({ heads }) => heads)
        .flatMap(({ heads }) => heads.flatMap(({ weights }) => weights));"""
    for row in in_node(body, [script("translator"), numbers(["the", "dog"])], **NET):
        assert row == pytest.approx([1 / len(row)] * len(row), abs=1e-6)


def test_every_heads_weights_and_the_logits(net):
    (pair,) = translations(1, seed=31_000)
    body = """const [model, x] = question, net = Translator.net(model);
    const { encoder, decoder, said } = net.translate(x, 24);
    const looks = [...encoder.branches, ...decoder.branches].filter(({ heads }) => heads);
    return { said, logits: decoder.logits.data, looks: looks.map(({ kind, layer, heads }) =>
        [kind, layer, heads.map(({ weights }) => weights)]) };"""
    found = in_node(body, [script("translator"), numbers(pair.source)], **NET)
    here, there = live_translator.words()
    (target,) = by_dlcore(net, [pair])
    assert there.sentence(found["said"]) == target
    expected = live_translator.looks(net, pair.source, target)
    assert len(found["looks"]) == len(expected) == 6
    for kind, layer, heads in found["looks"]:
        for mine, theirs in zip(heads, expected[kind, layer], strict=True):
            for row, wanted in zip(mine, theirs, strict=True):
                assert row == pytest.approx(wanted[: len(row)].tolist(), abs=1e-4)
                assert not wanted[len(row) :].any()
    with no_grad():
        logits = net(here.table([pair.source], end=True), there.table([target], begin=True)).data[0]
    got = torch.tensor(found["logits"]).view(logits.shape)
    torch.testing.assert_close(got, logits, rtol=0, atol=1e-3)


def test_word_by_word_is_all_at_once():
    """The memory of keys and values changes nothing."""
    body = """const [model, x] = question, net = Translator.net(model);
    const { encoder, said, chances, decoder } = net.translate(x, 24);
    const last = (data) => [...DL.layers.Softmax({}, { dim: -1 })(data).data];
    return [chances.flatMap((row) => [...row]), last(decoder.logits)];"""
    x = numbers(["the", "old", "man", "near", "a", "tree", "wants", "many", "apples"])
    bit_by_bit, at_once = in_node(body, [script("translator"), x], **NET)
    assert bit_by_bit == pytest.approx(at_once, abs=1e-5)


def test_places_are_dlcores_sines():
    body = "return [0, 1, 7, 23].map((t) => Translator.place(t, 32));"
    table = position.sinusoidal_positions(24, 32)[[0, 1, 7, 23]]
    found = torch.tensor(in_node(body, None, **NET))
    torch.testing.assert_close(found, table, rtol=0, atol=1e-6)


def test_the_grammar_of_the_page_is_that_of_the_data():
    pairs = translations(400, seed=5)
    body = "return question[1].map((words) => Tongue.translate(words, question[0]).target);"
    found = in_node(body, [live_translator.lexicon(), [p.source for p in pairs]], **TONGUE)
    assert found == [pair.target for pair in pairs]


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("dog sees a cat", "where “dog” stands, an article is wanted"),
        ("the old", "at the end, a noun is wanted"),
        ("the dog often sees a cat", "where “often” stands, a verb is wanted"),
        ("the dog see a cat", "“dog” and “see” do not agree in number"),
        ("a dogs see a cat", "“a dogs” mixes one and many"),
        ("many dog sees a cat", "“many dog” mixes one and many"),
        ("the dog sees a cat often today", "after “often” the sentence is over"),
        ("the dog near a cat behind a tree sees a cat", "where “behind” stands, a verb is wanted"),
    ],
)
def test_what_is_no_sentence_of_the_language(sentence, why):
    body = "return Tongue.translate(question[1].split(' '), question[0]);"
    assert in_node(body, [live_translator.lexicon(), sentence], **TONGUE) == {"wrong": why}


def test_sentences_of_the_page_are_of_the_language_and_of_known_words():
    body = """return Array.from({ length: 300 }, () => Tongue.sentence(question))
        .map((words) => [words, Tongue.translate(words, question)]);"""
    found = in_node(body, live_translator.lexicon(), **TONGUE)
    known = live_translator.words()[0].index
    for words, answer in found:
        assert "target" in answer, words
        assert set(words) <= set(known)
        assert len(words) < live_translator.LONGEST
    assert len({tuple(words) for words, _ in found}) > 250


def test_every_made_up_word_has_a_meaning():
    body = "return [...Tongue.meanings(question)];"
    found = dict(in_node(body, live_translator.lexicon(), **TONGUE))
    _, there = live_translator.words()
    assert set(found) == set(there.words[4:])


WAY = {**NET, "Way": "dl-way.js"}
STAGES = """const [model, x, view, setting] = question, net = Translator.net(model);
    const run = net.translate(x, 24, setting);
    const word = (i) => [`w${i}`];
    const [source, said, next] = [x, run.said, run.next].map((numbers) => numbers.map(word));
    const names = { source, said, next, there: word };
    const stages = Way.stages(run, { ...view, names, about: model.about, ...setting });
    return { stages, run };"""


def stages(stack, place, **setting):
    x = numbers(["the", "old", "dog", "sees", "a", "bird"])
    view = {"stack": stack, "place": place, "head": 1}
    question = [script("translator"), x, view, {**AS_LEARNED, **setting}]
    return in_node(STAGES, question, **WAY)["stages"]


def test_the_way_of_a_word_has_a_stage_for_all_that_happens_to_it():
    reads, writes = stages("source", 2), stages("said", 1)
    assert [len(reads), len(writes)] == [2 + 2 * (3 + 1) + 1, 2 + 2 * (3 + 3 + 1) + 1]
    assert [stage["group"] for stage in reads][::3] == [
        "word", "block 1: looks at the sentence", "block 2: looks at the sentence",
        "block 2: feed-forward",
    ]  # fmt: skip
    assert writes[-1]["group"] == "next word"


def test_the_stream_grows_by_what_is_added():
    for found in (stages("source", 2), stages("said", 1)):
        for before, after in itertools.pairwise(found):
            if after["title"] in ("A weighted mean, added", "Work on the row"):
                added = next(p["strip"] for p in after["parts"] if p.get("name") == "mapped")
                total = torch.tensor(before["row"]) + torch.tensor(added)
                assert after["row"] == pytest.approx(total.tolist(), abs=1e-5)


def test_the_number_in_the_sentence_is_the_score_of_the_table():
    for stage in stages("source", 2, sharp=2):
        if stage.get("main"):
            rows = stage["parts"][0]["table"]
            best = max(rows, key=lambda row: row["weight"])
            product, root, factor, score = (
                float(part.replace("−", "-"))
                for part in stage["text"].split(" it is ")[1].split(", weight")[0]
                .replace(" / ", " ").replace(" · ", " ").replace(" = ", " ").split()
            )  # fmt: skip
            assert product / root * factor == pytest.approx(score, abs=0.02)
            assert best["score"] == pytest.approx(score, abs=0.006)
            assert sum(row["weight"] for row in rows) == pytest.approx(1, abs=1e-5)


def test_a_silent_head_brings_zeros():
    found = stages("source", 2, off=["encoder 0 1"])
    stage = next(s for s in found if s["title"] == "A weighted mean, added")
    assert "switched off" in stage["text"]
    mean = next(part["strip"] for part in stage["parts"] if part.get("name") == "their mean")
    assert mean == [0] * 8
