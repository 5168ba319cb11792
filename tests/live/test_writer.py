"""The page's GPT writes what dlcore's writes, and draws as dlcore draws."""

import live_writer
import pytest
import torch

from dlcore.autodiff import no_grad
from dlcore.data.coriolanus import OPENING
from dlcore.models.language.gpt import choose
from tests.live.committed import load, script
from tests.live.nodes import in_node

PARTS = {"DL": "dl-layers.js", "Writer": "dl-writer.js"}
PROMPTS = [OPENING[start : start + 5 + start % 60] for start in range(0, 4600, 320)] + [
    "I", "What is", "Rome\n", "a a a a a a", "\n\n\n",
]  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.mark.slow
def test_greedy_text_is_dlcores():
    assert len(PROMPTS) == 20
    body = """const [model, prompts] = question, net = Writer.net(model);
    return prompts.map((text) => {
      for (let i = 0; i < 80; i += 1) text += net.next(text, { temperature: 0 });
      return text;
    });"""
    found = in_node(body, [script("writer"), PROMPTS], **PARTS)
    net = load("writer")
    assert found == [live_writer.greedy(net, prompt, 80) for prompt in PROMPTS]


def test_scores_are_dlcores_also_beyond_the_context():
    texts = [OPENING[100:130], OPENING[200:400], "a"]
    body = "const net = Writer.net(question[0]); return question[1].map((t) => net.logits(t));"
    net = load("writer")
    for found, text in zip(in_node(body, [script("writer"), texts], **PARTS), texts):
        with no_grad():
            seen = live_writer.numbers(text)[None, -live_writer.CONTEXT :]
            expected = net(seen).data[0, -1].tolist()
        assert found == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(("temperature", "top"), [(1, 53), (0.5, 53), (2, 4), (1, 1), (0, 53)])
def test_chances_are_what_dlcore_draws_from(temperature, top):
    dice = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(53, generator=dice)
    body = "return Writer.chances(Float32Array.from(question[0]), question[1]);"
    setting = {"temperature": temperature, "top": top}
    found = torch.tensor(in_node(body, [logits.tolist(), setting], **PARTS))
    assert found.sum() == pytest.approx(1, abs=1e-5)
    drawn = choose(logits.expand(20_000, -1), temperature, top, dice)[:, 0]
    counted = torch.bincount(drawn, minlength=53) / len(drawn)
    assert (found - counted).abs().max() < 0.015
    assert ((found > 0) >= (counted > 0)).all()
    assert (found > 0).sum() == (1 if temperature == 0 else top)


def test_a_draw_lands_where_its_number_says():
    shares = [0.2, 0, 0.5, 0.3]
    numbers = [0, 0.19, 0.21, 0.69, 0.71, 0.9999999, 1]
    body = "return question[1].map((v) => Writer.draw(question[0], v));"
    assert in_node(body, [shares, numbers], **PARTS) == [0, 0, 2, 2, 3, 3, 2]


def test_copied_runs():
    body = "return Writer.copied(...question);"
    assert in_node(body, ["xabcdyab", "..abcd..", 3], **PARTS) == [False] + [True] * 4 + [False] * 3
    assert in_node(body, ["ab", "ab", 3], **PARTS) == [False, False]


def test_a_letter_that_it_never_saw():
    body = """const net = Writer.net(question[0]);
    return question[1].map((text) => net.strange(text) ?? null);"""
    assert in_node(body, [script("writer"), ["Rome", "Röme", ""]], **PARTS) == [None, "ö", None]
