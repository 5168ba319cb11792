import pytest
import torch

from dlcore import Tensor
from dlcore.autodiff import functional as f
from tests.oracle import assert_like_torch, random

SAME_NAME = [
    ("sub", [random(3, 1), random(4, seed=1)], ()), ("minimum", [random(3), random(3, seed=1)], ()),
    ("square", [random(3)], ()), ("amin", [random(3, 4)], (1,)),
    ("flatten", [random(2, 3, 4)], (1,)),
    ("flatten", [random(2, 3, 4)], ()), ("flatten", [random(2, 3, 4, 5)], (1, 2)),
    ("flatten", [random(2, 0, 4)], (1,)), ("transpose", [random(2, 3, 4)], (0, -1)),
    ("unsqueeze", [random(2, 3)], (-1,)), ("unsqueeze", [random(2, 3)], (1,)),
    ("squeeze", [random(1, 3, 1)], ()), ("squeeze", [random(1, 3, 1)], (0,)),
    ("squeeze", [random(2, 3)], (0,)),
    ("add", [random(3)], (2,)),
    ("mul", [random(3)], (2.5,)), ("div", [random(3)], (3,)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "tensors", "args"), SAME_NAME)
def test_like_torch(name, tensors, args):
    assert_like_torch(
        lambda *t: getattr(f, name)(*t, *args), lambda *t: getattr(torch, name)(*t, *args), tensors
    )


def test_pow_with_a_tensor_as_exponent():
    x, e = random(3, positive=True), random(3, seed=1)
    assert_like_torch(f.pow, torch.pow, [x, e])


@pytest.mark.parametrize("piece", [1, 2, 3, [1, 3, 1]])
def test_split_gives_every_piece_its_gradient(piece):
    x = random(2, 5)
    for i in range(len(torch.split(x, piece, 1))):
        assert_like_torch(
            lambda x, i=i: f.split(x, piece, 1)[i], lambda x, i=i: x.split(piece, 1)[i], [x]
        )
    assert [t.shape for t in f.chunk(x, 3, 1)] == [t.shape for t in x.chunk(3, 1)]
    with pytest.raises(ValueError, match=r"lengths \[2, 1\] needs an axis .* sum, got 5"):
        f.split(x, [2, 1], 1)


def test_masked_fill():
    mask = random(3, 4) > 0
    assert_like_torch(
        lambda x: f.masked_fill(x, mask, -1.0), lambda x: x.masked_fill(mask, -1.0), [random(3, 4)]
    )


def test_numbers_take_the_other_operands_dtype():
    x = Tensor(torch.ones(2, dtype=torch.float64))
    assert (x * 0.1).data.tolist() == (torch.ones(2, dtype=torch.float64) * 0.1).tolist()
    assert (Tensor(torch.ones(2, dtype=torch.bfloat16)) + 1).dtype == torch.bfloat16
    assert (Tensor(torch.ones(2).long()) * 0.5).dtype == torch.float32


def test_to_keeps_dtype_and_device_apart():
    x = Tensor(torch.ones(2), True)
    assert f.to(x, "cpu", torch.float64).dtype == torch.float64
    assert f.to(x, dtype=torch.float64, device="cpu").dtype == torch.float64
    assert f.to(x, Tensor(torch.ones(1).double())).dtype == torch.float64


def test_matmul_asks_for_the_missing_transpose():
    with pytest.raises(ValueError, match=r"\(2, 3\) and \(2, 3\); is a transpose missing\?"):
        f.matmul(random(2, 3), random(2, 3))
    with pytest.raises(ValueError, match="is a transpose missing"):
        f.matmul(random(), random(2, 3))


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("clone", ()), ("contiguous", ()), ("repeat", (2, 1)), ("repeat", (2, 3, 2)),
        ("repeat", (1, 0)), ("std", ()), ("std", (1,)), ("rsqrt", ()), ("add", (2.0,)),
        ("sub", (2.0,)), ("mul", (2.0,)), ("div", (2.0,)), ("neg", ()),
    ],
)  # fmt: skip
def test_methods_that_model_files_use(name, args):
    x = random(3, 4, positive=True)
    method = lambda x: getattr(x, name)(*args)  # noqa: E731
    assert_like_torch(method, method, [x])
    turned = lambda x: getattr(x.transpose(0, 1), name)(*args)  # noqa: E731
    assert_like_torch(turned, turned, [x])


def test_unbind():
    x = random(3, 4)
    for i in range(3):
        assert_like_torch(lambda x, i=i: x.unbind(0)[i], lambda x, i=i: x.unbind(0)[i], [x])


def test_copies_have_memory_of_their_own():
    x = Tensor(torch.ones(2, 3), True)
    assert x.contiguous() is x
    turned = x.transpose(0, 1)
    for copy in (x.clone(), turned.contiguous()):
        assert copy.data.is_contiguous()
        copy.data.zero_()
    assert x.data.eq(1).all()


def test_what_has_no_gradient_is_a_plain_torch_tensor():
    x = Tensor(torch.tensor([[0.0, 1.0, 0.0]]), True)
    for y, expected in [
        (torch.multinomial(x, num_samples=1), [[1]]),
        (torch.argsort(x, dim=1, descending=True, stable=True), [[1, 0, 2]]),
        (torch.isnan(x / x), [[True, False, True]]),
        (x.isfinite(), [[True] * 3]),
    ]:
        assert isinstance(y, torch.Tensor)
        assert y.tolist() == expected


def test_a_batch_of_matrices():
    assert_like_torch(torch.bmm, torch.bmm, [random(2, 3, 4), random(2, 4, 2, seed=1)])
