import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcore.study import draw

NODES = {
    "a": {"op": "a", "value": 2.0, "grad": -3.0},
    "b": {"op": "b", "value": -3.0, "grad": 2.0},
    "c": {"op": "a · b", "value": -6.0, "grad": 1.0},
    "d": "d",
    "e": {"op": "c + d"},
}
EDGES = [("a", "c", "−3"), ("b", "c", "2"), ("c", "e"), ("d", "e")]


@pytest.fixture
def ax():
    return draw.graph(NODES, EDGES, alt="A product and a sum").sheet.axes[0]


def boxes(ax):
    """Centre of each node's box, in the order of NODES."""
    found = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    return [(b.get_x() + b.get_width() / 2, b.get_y() + b.get_height() / 2) for b in found]


def test_nodes_show_expression_value_and_gradient(ax):
    words = [text.get_text() for text in ax.texts]
    assert {"a · b", "−6", "grad 1", "2", "grad −3", "d", "c + d"} <= set(words)


def test_arrows_run_to_the_right_and_boxes_do_not_overlap(ax):
    places = dict(zip(NODES, boxes(ax), strict=True))
    assert all(places[source][0] < places[target][0] for source, target, *_ in EDGES)
    assert len(set(places.values())) == len(NODES)
    assert len([p for p in ax.patches if isinstance(p, FancyArrowPatch)]) == len(EDGES)


def test_an_input_stands_just_before_its_first_use(ax):
    places = dict(zip(NODES, boxes(ax), strict=True))
    assert places["d"][0] == places["c"][0]


def test_graph_refuses_unknown_nodes_and_cycles():
    with pytest.raises(ValueError, match=r"an edge at 'z'; nodes are \['a'\]"):
        draw.graph({"a": "a"}, [("a", "z")], alt="x")
    with pytest.raises(ValueError, match="without cycles"):
        draw.graph({"a": "a", "b": "b"}, [("a", "b"), ("b", "a")], alt="x")
