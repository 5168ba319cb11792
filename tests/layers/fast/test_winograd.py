import torch
from hypothesis import given, settings

from dlcore.layers.fast import product
from dlcore.layers.fast.winograd import A_T, B_T, A, G, WinogradConvolution, combine, transform
from tests.oracle import assert_gradcheck, random
from tests.plain_conv import assert_like_plain, assert_single_is_exact, cases


def dense(matrix, columns):
    rows = torch.zeros(len(matrix), columns, dtype=torch.float64)
    for row, places in zip(rows, matrix, strict=True):
        for place, sign in places:
            row[place] = sign
    return rows


def test_the_identity_holds():
    d, w = random(4), random(3, seed=1)
    m = (dense(B_T, 4) @ d) * (torch.tensor(G, dtype=torch.float64) @ w)
    y = dense(A_T, 4) @ m
    torch.testing.assert_close(y, torch.stack([d[:3] @ w, d[1:] @ w]))
    assert torch.equal(dense(A, 2), dense(A_T, 4).T)


def test_combine_is_a_matrix():
    parts = random(4, 3, 2)
    for matrix in (B_T, A_T):
        expected = torch.einsum("ij,j...->i...", dense(matrix, 4), parts)
        torch.testing.assert_close(combine(matrix, parts), expected)
    both = torch.einsum("ai,bj,ij...->ba...", dense(B_T, 4), dense(B_T, 4), random(4, 4, 5))
    torch.testing.assert_close(transform(B_T, random(4, 4, 5)), both)


@settings(max_examples=60)
@given(cases(stride=1, dilation=1, kernel=(3, 3)))
def test_winograd_is_the_plain_convolution(case):
    assert_like_plain(WinogradConvolution, *case)


def test_gradcheck():
    x, weight, bias = random(2, 2, 5, 4), random(3, 2, 3, 3, seed=1), random(3, seed=2)
    options = (1, 1), ((1, 1), (0, 2)), (1, 1), 1
    assert_gradcheck(WinogradConvolution, x, weight, bias, *options)


def test_float32_against_a_float64_oracle(monkeypatch):
    x, weight, bias = random(8, 64, 14, 14), random(64, 64, 3, 3, seed=1), random(64, seed=2)
    options = (1, 1), ((1, 1), (1, 1)), (1, 1), 1
    assert_single_is_exact(WinogradConvolution, x, weight, bias, *options)
    monkeypatch.setattr(product, "ONEDNN", None)
    assert_single_is_exact(WinogradConvolution, x, weight, bias, *options)


def test_what_it_cannot_do_it_does_not_offer():
    same = ((1, 1), (1, 1))
    x, weight = torch.ones(1, 256, 8, 8), torch.ones(256, 256, 3, 3)
    suits = WinogradConvolution.suits
    assert suits(x, weight, None, (1, 1), same, (1, 1), 1)
    assert not suits(x, weight, None, (2, 1), same, (1, 1), 1)
    assert not suits(x, weight, None, (1, 1), same, (2, 2), 1)
    assert not suits(x, weight[..., :2], None, (1, 1), same, (1, 1), 1)
    assert not suits(x, weight, None, (1, 1), ((3, 3), (1, 1)), (1, 1), 1)
    assert not suits(x[:, :8], weight[:, :8], None, (1, 1), same, (1, 1), 1)
