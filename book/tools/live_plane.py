"""Chapter 23's autoencoder with two numbers in its code, as it is walked through in the page.

A digit is a place in a plane. The net learned all black and white digits that chapter 23 trains
on, for longer than the chapter has time, and the page has its decoder and the place of each digit.
Half a minute on one quiet core.
"""

import torch
from live_steps import take_steps

from dlcore.autodiff import no_grad
from dlcore.data import digits
from dlcore.layers import Sequential, Sigmoid
from dlcore.methods.export import in_half
from dlcore.models import VAE
from dlcore.study import draw
from dlcore.training import Adam

SIZES = 64, 128, 64, 2
STEPS, RATE, BATCH = 3000, 0.005, 100
REACH = 3.0  # the page shows places from −3 to 3 in both directions


def black(x):
    """Pixels in black and white, as chapter 23 has them."""
    return (x >= 0.5).float()


def vae(steps=STEPS):
    """The whole net, trained."""
    dice = torch.Generator().manual_seed(0)
    torch.manual_seed(0)
    net = VAE(*SIZES)
    return take_steps(
        net, Adam(net.parameters(), lr=RATE), lambda x: net.loss(x, generator=dice),
        [black(digits().x_train)], steps=steps, batch=BATCH, warmup=steps // 100 + 1,
    )  # fmt: skip


def empty():
    """The layers of the page: the decoder, and the sigmoid that makes chances of its scores."""
    return with_sigmoid(VAE(*SIZES).decoder)


def with_sigmoid(decoder):
    """What VAE.decode does, as layers in a row."""
    return Sequential(*decoder, Sigmoid())


@no_grad()
def places(net, x):
    """The mean of each digit's code, (N, 2)."""
    return net.encode(black(x))[0].data


def packed(net, data):
    """The places of the training digits in hundredths, [[z₁, z₂, z₁, …] of the 0s, …]."""
    spots = (100 * places(net, data.x_train)).round().int()
    return [spots[data.y_train == digit].flatten().tolist() for digit in range(10)]


def middles(net, data):
    """The median place of each digit, in both directions."""
    spots = places(net, data.x_train)
    rows = [spots[data.y_train == digit].median(0).values for digit in range(10)]
    return [[round(v, 2) for v in row.tolist()] for row in rows]


def about(net):
    """What the page says of the net; the decoder and the places are those that it has."""
    net, data = in_half(net), digits()
    ways = middles(net, data)
    return {
        "places": packed(net, data),
        "middles": ways,
        "first": ways[6],  # the page opens at the 6s, with the way to the 9s
        "second": ways[9],
        "reach": REACH,
        "parameters": sum(p.numel() for p in net.decoder.parameters()),
        "steps": STEPS,
        "nats": bound(net, data.x_train),
        "nats_of_new": bound(net, data.x_test),
    }


def lives_at(net, data, place, count=20):
    """The digit that most of the training digits nearest to a place are."""
    away = (places(net, data.x_train) - torch.tensor(place)).norm(dim=1)
    return data.y_train[away.topk(count, largest=False).indices].bincount().argmax().item()


def picture(net, count=13, reach=2.4):
    """Decoded places on a grid over the plane."""
    data = digits()
    left, right, low, high = (
        lives_at(net, data, place)
        for place in ((-reach, 0.0), (reach, 0.0), (0.0, -reach), (0.0, reach))
    )
    steps = torch.linspace(-reach, reach, count)
    spots = torch.cartesian_prod(steps.flip(0), steps).flip(1)  # rows from the top
    with no_grad():
        tiles = torch.zeros(count, count, 10, 10)  # a pixel of paper around each digit
        tiles[:, :, 1:9, 1:9] = net.decode(spots).data.view(count, count, 8, 8)
    return draw.images(
        [tiles.transpose(1, 2).reshape(10 * count, 10 * count)],
        limits=(0, 1),
        columns=1,
        size=(6, 6),
        alt=f"A square of {count} by {count} pictures, decoded from places of the plane: "
        "everywhere stands a digit or something between two, and from place to place one kind "
        f"flows into another. On the left live {left}s, on the right {right}s, above {high}s, "
        f"below {low}s.",
    )


def bound(net, x):
    """−ELBO of these digits in nats, one draw of the code each."""
    with no_grad():
        return net.loss(black(x), generator=torch.Generator().manual_seed(1)).item()
