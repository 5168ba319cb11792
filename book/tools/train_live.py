"""Trains the models that run in the pages and writes them, with stand-in pictures, for the site.

    python book/tools/train_live.py            # all of them
    python book/tools/train_live.py lenet      # one; this one downloads MNIST and takes minutes

Each becomes assets/live/models/NAME.js, which a page loads when the reader comes to it, and
NAME.png, which stands in its place where no script runs.
"""

import base64
import sys
from pathlib import Path

import find_shapes
import live_plane
import live_translator
import live_writer
import torch
from shaken import Shaken

from dlcore.autodiff import no_grad
from dlcore.data import Batches, digits, gate, mnist
from dlcore.layers import CrossEntropyLoss, Sequential, Sigmoid, Softmax
from dlcore.methods.export import in_half, web_script
from dlcore.models import MLP, RBM, LeNet
from dlcore.models.unsupervised.belief_net import copy_down, copy_up
from dlcore.study import draw
from dlcore.training import SGD, Adam, CosineAnnealingLR, fit

MODELS = Path(__file__).resolve().parents[2] / "assets" / "live" / "models"
LEVELS = "0123456789abcdefg"  # the 17 grey values of a pixel, one letter each
# How assets/live/dl-strokes.js makes a drawing like the digits that a net has learned from. The
# small ones come from 32 x 32 pixels: each fills the height, and 312 of the 1,024 are black on
# average. MNIST's fit into 20 x 20 of the 28 x 28 pixels, lines of 2.7 pixels included, and their
# centre of mass lies in the middle of pixel 14.
SMALL = {"side": 8, "fine": 32, "tall": 27, "wide": 21, "black": 312}
LARGE = {"side": 28, "fine": 112, "tall": 69, "wide": 69, "line": 11, "mass": 58}


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


def about_digits(net, data, shape, strokes, examples):
    """What the page says of the net, measured with the weights that the page has.

    shape: of one picture as the net takes it; strokes: the settings of dl-strokes.js; examples:
    how many test digits of each kind the page offers to whoever does not want to draw.
    """
    with no_grad():
        right = in_half(net)(data.x_test).data.argmax(1) == data.y_test
    rows = [(data.y_test == digit).nonzero()[:examples, 0] for digit in range(10)]
    chosen = [
        {
            "name": str(data.y_test[row].item()),
            "pixels": "".join(LEVELS[round(16 * v.item())] for v in data.x_test[row].flatten()),
        }
        for row in torch.cat(rows).sort().values
    ]
    return {
        "input": shape,
        "strokes": strokes,
        "names": [str(digit) for digit in range(10)],
        "parameters": sum(p.numel() for p in net.parameters()),
        "right": int(right.sum()),
        "tested": len(right),
        "examples": chosen,
    }


def lenet(epochs=15):
    """LeNet with probabilities at its end, trained on MNIST's digits, each distorted every time."""
    data = mnist(images=True)
    torch.manual_seed(0)
    net = LeNet()
    batches = Shaken(data.x_train, data.y_train, batch_size=64, seed=0)
    optimizer = Adam(net.parameters(), lr=2e-3)
    falling = CosineAnnealingLR(optimizer, epochs * len(batches))
    fit(net, CrossEntropyLoss(), batches, optimizer, epochs=epochs, schedule=falling)
    return Sequential(*net, Softmax(dim=1)).eval()


def xor_net(steps=3000):
    """A 2-2-1 net that learns exclusive or from its four rows."""
    table = gate("XOR")
    torch.manual_seed(1)
    net = MLP(2, 2, 1, output=Sigmoid)
    rows = Batches(table.inputs, table.outputs.view(4, 1), batch_size=4, shuffle=False)
    fit(net, squared_error, rows, SGD(net.parameters(), lr=4.0), epochs=steps)
    return net


def dreamer(epochs=300):
    """Chapter 9's machine with 64 hidden units, on black and white digits and their names."""
    data = digits()
    seen = torch.cat([(data.x_train >= 0.5).float(), torch.eye(10)[data.y_train]], 1)
    torch.manual_seed(0)
    machine = RBM(74, 64, names=10).begin(seen)
    return machine.learn(seen, epochs, rate=0.1, persistent=True, falling=True)


def both_ways(machine):
    """A machine as the layers that a page knows: up, a sigmoid, down."""
    hidden, visible = machine.weight.shape
    net = MLP(visible, hidden, visible)
    copy_up([machine], [net[0]])
    copy_down([machine], [net[2]])
    return net


def picture_of_dreams(machine):
    """Ten dreams, one for each name, after 200 steps from noise."""
    dice = torch.Generator().manual_seed(0)
    names = torch.eye(10)
    v = torch.cat([(torch.rand(10, 64, generator=dice) < 0.5).float(), names], 1)
    for _ in range(200):
        v, chances = machine.gibbs(v, 1, dice)
        v[:, 64:] = names
    return draw.images(
        chances[:, :64].view(-1, 8, 8),
        columns=10,
        limits=(0, 1),
        size=(7.0, 1.0),
        alt="Ten pictures of 8 by 8 pixels that the machine dreamt while one name after the other, "
        "from 0 to 9, was held; most can be read as that digit.",
    )


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


def picture_of_lenet(net):
    """A test digit, the maps of both convolutions, and the ten probabilities."""
    x = mnist(images=True).x_test[:1]
    answers = [x]
    with no_grad():
        for layer in net:
            answers.append(layer(answers[-1]).data)
    first, second, output = answers[2][0], answers[5][0], answers[-1][0]
    best = int(output.argmax())
    return draw.panels(
        [
            lambda ax: draw.images(x[0], ax=ax, alt=""),
            lambda ax: draw.images([mosaic(first, 3)], cmap="diverging", ax=ax, alt=""),
            lambda ax: draw.images([mosaic(second, 4)], cmap="diverging", ax=ax, alt=""),
            lambda ax: draw.bars([str(d) for d in range(10)], output, digits=0, ax=ax, alt=""),
        ],
        titles=["a digit", "6 maps", "16 maps", "10 probabilities"],
        columns=4,
        alt=f"A handwritten {best} of 28 by 28 grey values, the 6 feature maps of the first "
        "convolution, in which its edges stand out, the 16 coarser ones of the second, and ten "
        f"bars, of which that of the {best} is nearly 1.",
    )


def mosaic(maps, columns):
    """Maps (C, H, W) side by side in one picture, a line of zeros between them."""
    count, height, width = maps.shape
    framed = maps.new_zeros(count, height + 1, width + 1)
    framed[:, :-1, :-1] = maps
    rows = [torch.cat(list(row), dim=1) for row in framed.split(columns)]
    return torch.cat(rows)[:-1, :-1]


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


def make_digits():
    net = digits_net()
    about = about_digits(net, digits(), [64], SMALL, examples=2)
    write("digits-mlp", net, picture_of_digits(net), about)
    print(f"{about['right']} of {about['tested']} test digits right")


def make_xor():
    net = xor_net()
    write("xor", net, picture_of_xor(net), {"names": ["0", "1"]})
    print("XOR:", net(gate("XOR").inputs).data[:, 0].tolist())


def make_lenet():
    net = lenet()
    about = about_digits(net, mnist(images=True), [1, 28, 28], LARGE, examples=1)
    write("lenet", net, picture_of_lenet(net), about)
    print(f"{about['right']} of {about['tested']} test digits right")


def make_dream():
    machine, data = dreamer(), digits()
    rows = torch.cat([(data.y_test == digit).nonzero()[:1, 0] for digit in range(10)])
    black = (data.x_test[rows] >= 0.5).int().tolist()
    examples = ["".join(map(str, picture)) for picture in black]
    about = {"names": [str(digit) for digit in range(10)], "examples": examples}
    write("dream", both_ways(machine), picture_of_dreams(machine), about)


def make_detector():
    nets = find_shapes.both()
    write("grid-detector", nets, find_shapes.picture(nets), find_shapes.about(nets))
    print("AP50 with and without NMS:", find_shapes.average_precision(nets))


def make_translator():
    net = live_translator.as_layers(live_translator.translator())
    about = live_translator.about(net)
    write("translator", net, live_translator.picture(net), about)
    print(f"{about['right']} of {about['tested']} sentences right")


def make_writer():
    net = live_writer.writer()
    about = live_writer.about(net)
    write("writer", net, live_writer.picture(net), about)
    print(f"{about['nats']:.2f} nats a letter read, {about['nats_of_new']:.2f} a new one")


def make_plane():
    net = live_plane.vae()
    about = live_plane.about(net)
    layers = live_plane.with_sigmoid(net.decoder)
    write("latent-plane", layers, live_plane.picture(net), about)
    print(f"{about['nats']:.1f} nats a digit seen, {about['nats_of_new']:.1f} a new one")


MAKERS = {
    "digits-mlp": make_digits, "xor": make_xor, "lenet": make_lenet, "dream": make_dream,
    "grid-detector": make_detector, "translator": make_translator,
    "writer": make_writer, "latent-plane": make_plane,
}  # fmt: skip


def main(names):
    torch.set_num_threads(1)
    for name in names or MAKERS:
        MAKERS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
