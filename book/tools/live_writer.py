"""Chapter 18's GPT as it writes in the page, and what the page says of it.

It reads five thousand characters of Shakespeare over and over, far too few for a language and
enough to learn by heart: the page shows both. The last part of the text is kept back and says how
little of it carries over. Two minutes on one quiet core.
"""

from functools import partial

import torch
from live_steps import take_steps

from dlcore.autodiff import no_grad
from dlcore.data.coriolanus import OPENING
from dlcore.layers import cross_entropy
from dlcore.methods.export import in_half
from dlcore.models import GPT
from dlcore.study import draw
from dlcore.training import AdamW

CONTEXT, WIDTH, HEADS, BLOCKS = 64, 48, 4, 2
STEPS, RATE, BATCH = 2000, 0.004, 32
KEPT_BACK = 500  # characters at the end of the text, which the net never sees
LETTERS = sorted(set(OPENING))
SPEAKER = "First Citizen:\n"
FIRST = "First Citizen:\nBefore we "  # what the page opens with


def numbers(text):
    """The numbers of its characters, (T,)."""
    return torch.tensor([LETTERS.index(letter) for letter in text])


def letters(row):
    return "".join(LETTERS[i] for i in row)


def empty():
    """The net before it has learned."""
    return GPT(len(LETTERS), CONTEXT, WIDTH, HEADS, BLOCKS)


def loss(net, windows):
    """Nats for each character after the first of windows (N, T)."""
    logits = net(windows[:, :-1])
    return cross_entropy(logits.flatten(0, 1), windows[:, 1:].reshape(-1))


def writer(steps=STEPS):
    """The net, trained."""
    text = numbers(OPENING[:-KEPT_BACK])
    windows = text.unfold(0, CONTEXT + 1, 1)
    torch.manual_seed(0)
    net = empty()
    return take_steps(
        net, AdamW(net.parameters(), lr=RATE, weight_decay=0.01), partial(loss, net), [windows],
        steps=steps, batch=BATCH, warmup=steps // 20 + 1, longest=1.0,
    )  # fmt: skip


@no_grad()
def nats(net, text):
    """The mean over windows that begin at every fourth character."""
    return loss(net, numbers(text).unfold(0, CONTEXT + 1, 4)).item()


def greedy(net, text, length):
    """The text that the net makes of this beginning, always the likeliest character."""
    return letters(net.generate(numbers(text)[None], length, temperature=0)[0].tolist())


def about(net):
    """What the page says of the net, measured with the weights that the page has."""
    net = in_half(net)
    return {
        "letters": LETTERS,
        "context": CONTEXT,
        "first": FIRST,
        "text": OPENING[:-KEPT_BACK],
        "parameters": sum(p.numel() for p in net.parameters()),
        "steps": STEPS,
        "kept_back": KEPT_BACK,
        "nats": nats(net, OPENING[:-KEPT_BACK]),
        "nats_of_new": nats(net, OPENING[-KEPT_BACK:]),
    }


def picture(net):
    """The likeliest letters after a speaker's name, where many ways are open."""
    with no_grad():
        chances = net(numbers(SPEAKER)[None]).data[0, -1].softmax(0)
    best = chances.topk(8)
    return draw.bars(
        [LETTERS[i] for i in best.indices.tolist()],
        best.values,
        digits=2,
        ylabel="probability",
        alt="The eight likeliest letters after “First Citizen:” and a new line, by the net: "
        + ", ".join(
            f"{LETTERS[i]} {share:.2f}" for share, i in zip(*map(torch.Tensor.tolist, best))
        )
        + ".",
    )
