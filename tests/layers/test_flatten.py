import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

import dlcore
from dlcore import Flatten, Identity, Tensor, Unflatten
from dlcore.layers import fold, pixel_shuffle, pixel_unshuffle, unflatten, unfold
from tests.oracle import assert_like_torch, random


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), st.data())
def test_flatten_like_torch(shape, data):
    start = data.draw(st.integers(0, len(shape) - 1))
    end = data.draw(st.integers(start, len(shape) - 1)) - data.draw(
        st.sampled_from([0, len(shape)])
    )
    assert_like_torch(Flatten(start, end), torch.nn.Flatten(start, end), [random(*shape)])


@pytest.mark.parametrize(("dim", "sizes"), [(1, (2, 3)), (-1, (-1, 2)), (1, (6, 1)), (1, (-1,))])
def test_unflatten_like_torch(dim, sizes):
    x = random(4, 6)
    assert_like_torch(Unflatten(dim, sizes), torch.nn.Unflatten(dim, sizes), [x])
    assert_like_torch(
        lambda x: x.unflatten(dim, sizes), lambda x: torch.unflatten(x, dim, sizes), [x]
    )


def test_there_and_back():
    x = random(2, 3, 4)
    assert torch.equal(Unflatten(1, (3, 4))(Flatten()(x)).data, x)


def test_identity_gives_back_the_same():
    x = Tensor(random(2))
    assert Identity(54, unused=0.1)(x) is x


def test_modules_print_as_torchs():
    for text in ("Flatten()", "Unflatten(1, (2, 3))", "Identity()", "Flatten(0, -2)"):
        assert repr(eval(text)) == repr(eval(f"torch.nn.{text}"))


def test_bad_input():
    with pytest.raises(ValueError, match=r"end_dim=-1\) got x of shape \(3,\), which has too few"):
        Flatten()(torch.ones(3))
    with pytest.raises(ValueError, match=r"split an axis of 6 into \(4, 2\)"):
        unflatten(torch.ones(1, 6), 1, (4, 2))
    with pytest.raises(ValueError, match=r"split an axis of 6 into \(-1, -1\)"):
        unflatten(torch.ones(1, 6), 1, (-1, -1))
    with pytest.raises(ValueError, match=r"unflatten got dim=2 for x of shape \(1, 6\)"):
        unflatten(torch.ones(1, 6), 2, (4, 2))


@pytest.mark.parametrize("shape", [(2, 12, 3, 2), (12, 2, 2), (0, 4, 1, 1)])
def test_pixels_and_channels_like_torch(shape):
    if 0 not in shape:  # of no pictures torch's gradient has another shape
        assert_like_torch(dlcore.PixelShuffle(2), torch.nn.PixelShuffle(2), [random(*shape)])
    assert pixel_shuffle(random(*shape), 2).shape == F.pixel_shuffle(random(*shape), 2).shape
    turned = (*shape[:-3], 2, 4, 6)
    if 0 not in shape:
        assert_like_torch(dlcore.PixelUnshuffle(2), torch.nn.PixelUnshuffle(2), [random(*turned)])
    x = random(2, 12, 3, 2)
    assert torch.equal(pixel_unshuffle(pixel_shuffle(Tensor(x), 2), 2).data, x)


WINDOWS = [(2,), ((3, 2), 1, (1, 0), 2), (2, 2, 1, (2, 1))]


@pytest.mark.parametrize("settings", WINDOWS)
@pytest.mark.parametrize("batch", [(2,), (), (0,)])
def test_windows_and_columns_like_torch(settings, batch):
    ours, theirs = dlcore.Unfold(*settings), torch.nn.Unfold(*settings)
    assert repr(ours) == repr(theirs)
    x = random(*batch, 3, 6, 5)
    columns = unfold(x, *settings).data
    if 0 not in batch:  # torch itself refuses an empty batch in some of these
        assert_like_torch(ours, theirs, [x])
        back = dlcore.Fold((6, 5), *settings), torch.nn.Fold((6, 5), *settings)
        assert repr(back[0]) == repr(back[1])
        assert_like_torch(*back, [random(*columns.shape, seed=1)])
    assert fold(columns, (6, 5), *settings).shape == x.shape


def test_rearrangements_answer_for_torchs_functions():
    x = Tensor(random(1, 4, 4, 4), True)
    F.pixel_shuffle(x, 2).sum().backward()
    F.fold(F.unfold(x, 2), (4, 4), 2).sum().backward()
    assert x.grad[0, 0, 1, 1] == 1 + 4


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: pixel_shuffle(random(3, 2, 2), 2),
            r"takes \(…, C·2², H, W\), got shape \(3, 2",
        ),
        (lambda: pixel_unshuffle(random(3, 2, 3), 2), r"\(…, C, H·2, W·2\), got shape \(3, 2, 3"),
        (lambda: unfold(random(3, 3), 2), r"unfold takes \(N, C, H, W\) .* got \(3, 3\)"),
        (lambda: unfold(random(1, 3, 3), 4), "windows of .* larger than the padded input"),
        (lambda: fold(random(1, 5, 4), 3, 2), r"fold takes \(N, C·4, 4\).*got shape \(1, 5, 4\)"),
    ],
)
def test_rearrangements_refuse(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
