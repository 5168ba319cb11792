"""The page's decoder of a plane is dlcore's; ways and neighbours as they should be."""

import pytest
import torch

from tests.live.committed import load, script
from tests.live.nodes import in_node

PARTS = {"DL": "dl-layers.js", "Walk": "dl-walk.js"}


def test_pictures_are_dlcores():
    places = torch.cartesian_prod(torch.linspace(-3, 3, 9), torch.linspace(-3, 3, 9))
    body = "return question[1].map(Walk.decoder(question[0]));"
    found = torch.tensor(in_node(body, [script("latent-plane"), places.tolist()], **PARTS))
    expected = load("latent-plane")(places).data
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)
    assert found.std(0).max() > 0.2, "places give different pictures"


def test_a_way_is_straight_and_holds_both_ends():
    found = in_node("return Walk.way(...question);", [[0, 1], [2, -1], 5], **PARTS)
    assert found == [[0, 1], [0.5, 0.5], [1, 0], [1.5, -0.5], [2, -1]]


def test_residents_and_neighbours():
    packed = [[100, 0], [], [0, 0, 0, 150, 300, 300]]
    body = """const all = Walk.residents(question);
    return [all, Walk.neighbours(all, [0, 0], 3), Walk.neighbours(all, [0.9, 0], 2)];"""
    all_of_them, three, two = in_node(body, packed, **PARTS)
    assert [one["name"] for one in all_of_them] == [0, 2, 2, 2]
    assert [one["place"] for one in all_of_them] == [[1, 0], [0, 0], [0, 1.5], [3, 3]]
    assert three == [[2, 2], [0, 1]]
    assert two == [[0, 1], [2, 1]], "the smaller name first"


@pytest.mark.parametrize("place", [[0, 0], [2.5, -1]])
def test_the_layers_are_the_decoders_with_a_sigmoid(place):
    kinds = [layer["type"] for layer in script("latent-plane")["layers"]]
    assert kinds == ["Linear", "ReLU", "Linear", "ReLU", "Linear", "Sigmoid"]
    picture = in_node("return Walk.decoder(question[0])(question[1]);",
                      [script("latent-plane"), place], **PARTS)  # fmt: skip
    assert len(picture) == 64
    assert 0 < min(picture) < max(picture) < 1
