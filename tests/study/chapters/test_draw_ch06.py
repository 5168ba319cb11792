"""Tables of numbers and stacks of maps: what stands on them, where, and what is refused."""

import pytest
from matplotlib.patches import FancyArrowPatch, Rectangle

from dlcore.study.chapters import draw_ch06
from dlcore.study.chapters.draw_ch06 import Table


def boxes(figure, width, height):
    found = [p for p in figure.sheet.axes[0].patches if isinstance(p, Rectangle)]
    return [box for box in found if (box.get_width(), box.get_height()) == (width, height)]


def words(figure):
    return [text.get_text() for text in figure.sheet.axes[0].texts if text.get_text()]


def test_tables_show_numbers_captions_and_words_in_their_order():
    row = [Table([[1.0, -2.5], [0, 3]], "left"), "→", Table([["×"]])]
    figure = draw_ch06.tables([row], alt="two tables")
    assert words(figure) == ["1", "−2.5", "0", "3", "left", "→", "×"]
    assert len(boxes(figure, 1, 1)) == 5 + 1  # five cells, and the rim of the single one
    assert len(boxes(figure, 2, 2)) == 1
    assert figure.alt == "two tables"
    assert figure.png().startswith(b"\x89PNG")


def test_shades_and_frames_stand_where_they_are_asked():
    table = Table([[0] * 4] * 3, shades={(1, 2): 0}, frames=[(0, 1, 2, 3, 1)])
    figure = draw_ch06.tables([[table]], alt="one table")
    (frame,) = boxes(figure, 3, 2)
    assert frame.get_xy() == (1, 0)
    shaded = {box.get_xy() for box in boxes(figure, 1, 1) if box.get_facecolor()[0] < 0.9}
    assert shaded == {(2, 1)}


def test_rows_stand_under_one_another():
    figure = draw_ch06.tables([[Table([[1], [2]])], [Table([[3]])]], alt="two rows")
    heights = {text.get_text(): text.get_position()[1] for text in figure.sheet.axes[0].texts}
    assert heights["1"] < heights["2"] < heights["3"]


def test_what_is_no_table_is_refused():
    with pytest.raises(ValueError, match=r"shape \(R, C\), got \(3,\)"):
        draw_ch06.tables([[Table([1, 2, 3])]], alt="none")


LAYERS = [("in", 1, 8, ""), ("C1", 16, 6, "kernel\n3 × 3"), ("out", 10, 1, "linear")]


def test_stages_draw_at_most_six_maps_of_a_layer_and_an_arrow_to_each_but_the_first():
    figure = draw_ch06.stages(LAYERS, alt="a small net")
    patches = figure.sheet.axes[0].patches
    assert sum(isinstance(patch, Rectangle) for patch in patches) == 1 + 6 + 1
    assert sum(isinstance(patch, FancyArrowPatch) for patch in patches) == 2
    assert {"in", "C1", "out", "1 × 8 × 8", "16 × 6 × 6", "10"} <= set(words(figure))


def test_larger_maps_are_drawn_larger_and_layers_do_not_overlap():
    figure = draw_ch06.stages(LAYERS, alt="a small net")
    found = [p for p in figure.sheet.axes[0].patches if isinstance(p, Rectangle)]
    first, last = found[0], found[-1]
    maps = found[1:-1]
    assert first.get_width() > maps[0].get_width() > last.get_width()
    assert first.get_x() + first.get_width() < min(box.get_x() for box in maps)
    assert max(box.get_x() + box.get_width() for box in maps) < last.get_x()
