"""Trains the models that run in the pages and writes them, with stand-in pictures, for the site.

    python book/tools/train_live.py

Each becomes assets/live/models/NAME.js, which a page loads when the reader comes to it, and
NAME.png, which stands in its place where no script runs.
"""

import base64
from pathlib import Path

import torch

from dlcore.data import Batches, digits, gate
from dlcore.layers import Sigmoid
from dlcore.methods import in_half, web_script
from dlcore.models import MLP
from dlcore.study import draw
from dlcore.training import SGD, fit

MODELS = Path(__file__).resolve().parents[2] / "assets" / "live" / "models"
EXAMPLES = 2  # test digits of each kind that the page offers to whoever does not want to draw
LEVELS = "0123456789abcdefg"  # the 17 grey values of a pixel, one letter each


def squared_error(y, target):
    """Half the squared distance to the target, averaged over the examples."""
    return ((y - target) ** 2).sum() / (2 * len(target))


def digits_net(epochs=40):
    """The first of chapter 3's five nets, 64-30-10, trained as it is there."""
    data, one_hot = digits(), torch.eye(10)
    torch.manual_seed(0)
    net = MLP(64, 30, 10, output=Sigmoid)
    batches = Batches(data.x_train, one_hot[data.y_train], batch_size=10, seed=0)
    fit(net, squared_error, batches, SGD(net.parameters(), lr=3.0), epochs=epochs)
    return net


def about_digits(net):
    """What the page says of the net, measured with the weights that the page has."""
    data = digits()
    right = in_half(net)(data.x_test).data.argmax(1) == data.y_test
    examples, seen = [], dict.fromkeys(range(10), 0)
    for digit, pixels in zip(data.y_test.tolist(), data.x_test.tolist()):
        seen[digit] += 1
        if seen[digit] <= EXAMPLES:
            letters = "".join(LEVELS[round(16 * value)] for value in pixels)
            examples.append({"name": str(digit), "pixels": letters})
    return {
        "input": [64],
        "names": [str(digit) for digit in range(10)],
        "parameters": sum(p.numel() for p in net.parameters()),
        "right": int(right.sum()),
        "tested": len(right),
        "examples": examples,
    }


def xor_net(steps=3000):
    """A 2-2-1 net that learns exclusive or from its four rows."""
    table = gate("XOR")
    torch.manual_seed(1)
    net = MLP(2, 2, 1, output=Sigmoid)
    rows = Batches(table.inputs, table.outputs.view(4, 1), batch_size=4, shuffle=False)
    fit(net, squared_error, rows, SGD(net.parameters(), lr=4.0), epochs=steps)
    return net


def picture_of_digits(net):
    """A test digit, the hidden layer's answers and the output's."""
    x = digits().x_test[:1]
    hidden, output = (answer.data[0] for answer in net.responses(x))
    best = int(output.argmax())
    return draw.panels(
        [
            lambda ax: draw.images(x.view(1, 8, 8), ax=ax, alt=""),
            lambda ax: draw.images(hidden.view(1, 5, 6), ax=ax, alt=""),
            lambda ax: draw.bars([str(d) for d in range(10)], output, digits=0, ax=ax, alt=""),
        ],
        titles=["a digit", "30 hidden units", "10 output units"],
        alt=f"A handwritten {best} of 8 by 8 grey values, the answers of 30 hidden units as grey "
        f"squares, and ten bars, of which that of the {best} is nearly 1.",
    )


def picture_of_xor(net):
    """The four rows of the table, and the net's answer everywhere around them."""
    table = gate("XOR")
    return draw.regions(
        lambda points: net(points).data[:, 0],
        table.inputs,
        table.outputs.long(),
        names={0: "answer 0", 1: "answer 1"},
        alt="The four corners of a square and the net's answer around them: a band across the "
        "square where it is near 0 holds two opposite corners; beyond the band it is near 1.",
    )


def write(name, net, picture, about):
    """Put a model and its stand-in picture where the pages find them; say how large they are."""
    MODELS.mkdir(parents=True, exist_ok=True)
    script = web_script(name, net, **about, alt=picture.alt)
    (MODELS / f"{name}.js").write_text(script, encoding="utf-8")
    png = picture._repr_mimebundle_()[0]["image/png"]
    (MODELS / f"{name}.png").write_bytes(base64.b64decode(png))
    print(f"{name}: {len(script) / 1e3:.1f} kB")


def main():
    torch.set_num_threads(1)
    net = digits_net()
    about = about_digits(net)
    write("digits-mlp", net, picture_of_digits(net), about)
    print(f"{about['right']} of {about['tested']} test digits right")
    write("xor", net := xor_net(), picture_of_xor(net), {"names": ["0", "1"]})
    print("XOR:", net(gate("XOR").inputs).data[:, 0].tolist())


if __name__ == "__main__":
    main()
