"""Drawings of blocks, paths, channels, groups, growth and votes: what stands on them, and where."""

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from dlcore.study.chapters import draw_ch13


def patches(figure, kind):
    return [p for p in figure.sheet.axes[0].patches if isinstance(p, kind)]


def words(figure):
    return [text.get_text() for text in figure.sheet.axes[0].texts if text.get_text()]


def test_only_a_block_with_a_skip_has_an_arrow_around_it():
    column = ["conv", "ReLU"], None, "ReLU"
    plain = draw_ch13.block({"plain": column}, alt="a block")
    skipped = draw_ch13.block({"residual": (["conv", "ReLU"], "x", "add")}, alt="a block")
    assert len(patches(plain, FancyBboxPatch)) == len(patches(skipped, FancyBboxPatch)) == 3
    assert len(patches(skipped, FancyArrowPatch)) == len(patches(plain, FancyArrowPatch)) + 1
    assert words(plain) == ["plain", "x", "conv", "ReLU", "ReLU", "y"]
    assert plain.alt == "a block"
    assert plain.png().startswith(b"\x89PNG")


def test_three_blocks_have_eight_paths_and_a_cut_takes_half():
    whole, cut = (draw_ch13.paths(3, cut=c, alt="paths") for c in (None, 2))
    squares = patches(whole, Rectangle)
    assert len(squares) == 3 * 4  # each block lies on half of the paths
    assert len(whole.sheet.axes[0].lines) == 8
    assert [w for w in words(whole) if "length" in w] == [
        "1 of length 0", "3 of length 1", "3 of length 2", "1 of length 3"
    ]  # fmt: skip
    grey = [s for s in patches(cut, Rectangle) if s.get_facecolor() != squares[0].get_facecolor()]
    assert len(grey) == 4 + 2 + 2  # block 2 on its 4 paths; the others on those of them


def test_a_dense_block_piles_up_channels():
    figure = draw_ch13.dense(4, 2, 3, alt="dense")
    assert [w for w in words(figure) if w.isdigit()] == ["4", "6", "8", "10"]
    assert len(patches(figure, Rectangle)) == 1 + 2 + 3 + 4


def test_groups_fill_a_diagonal_of_blocks():
    figure = draw_ch13.groups({"two": (4, 2, 3)}, alt="groups")
    cells = patches(figure, Rectangle)
    filled = [c for c in cells if c.get_facecolor()[0] < 0.9]
    assert len(cells) == 16
    assert len(filled) == 8
    assert "8 × 3² = 72" in words(figure)


def test_growth_draws_depth_width_and_height():
    figure = draw_ch13.growth({"base": (1, 1, 1), "deep": (3, 1, 1), "big": (1, 2, 2)}, alt="nets")
    slabs = patches(figure, Rectangle)
    assert len(slabs) == 1 + 3 + 1
    assert slabs[-1].get_width() == 2 * slabs[0].get_width()
    assert slabs[-1].get_height() == 2


def test_a_vote_is_as_thick_as_its_share():
    figure = draw_ch13.votes([[[0.5, 0.5]], [[0.9, 0.1]]], titles=["1", "2"], alt="votes")
    lines = [line for line in figure.sheet.axes[0].lines if line.get_marker() == "None"]
    assert [round(line.get_linewidth(), 2) for line in lines] == [3.5, 3.5, 6.3, 0.7]
