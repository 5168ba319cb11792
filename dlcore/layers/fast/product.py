"""2006: everything becomes a matrix product, so take the fastest one there is (chapter 30).

K. Chellapilla, S. Puri, P. Simard (2006), https://hal.inria.fr/inria-00112631, turned convolutions
into calls of BLAS. torch has two libraries for matrix products on a CPU: MKL, which torch.mm calls,
and oneDNN. On AMD processors with AVX-512 MKL leaves half the vector width unused (torch 2.13,
Zen 5, one thread: 110 against 250 billion operations per second). Where vectors are no wider than
MKL's, oneDNN's copies are not repaid (Zen 3: 0.6 to 1 of MKL's speed), and it is not asked.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.layers.product import Product

LEAST_WORK = 2**20  # multiplications; below it oneDNN's preparations take longer than the product
LEAST_WIDTH = 48  # columns of b that pay for the copy which oneDNN makes of a transposed a


def onednn() -> Any:
    """oneDNN's x Wᵀ + b where this torch has it, else None."""
    if not torch.backends.mkldnn.is_available():
        return None
    return getattr(torch.ops.mkldnn, "_linear_pointwise", None)


def wide_vectors() -> bool:
    """Whether torch uses AVX-512 here; `ATEN_CPU_CAPABILITY=avx2` says that it shall not."""
    return torch.backends.cpu.get_cpu_capability() == "AVX512"


ONEDNN: Any = onednn() if wide_vectors() else None


def by_onednn(a: torch.Tensor, b: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    """a @ b + bias by oneDNN's linear layer."""
    return ONEDNN(a, b.T, bias, "none", [], "")


# the same call as one step of a compiled graph, into which the compiler does not look
onednn_product = torch.library.custom_op(
    "dlcore::onednn_product",
    by_onednn,
    mutates_args=(),
    schema="(Tensor a, Tensor b, Tensor? bias) -> Tensor",  # torch 2.4 reads no annotation
)


@onednn_product.register_fake
def shape_of_product(a: torch.Tensor, b: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    """Its shape alone, for torch.compile."""
    return a.new_empty(a.shape[0], b.shape[1])


class OneDNNProduct:
    """Product by oneDNN: for large products, where it need not copy more than it repays."""

    plain = Product

    @staticmethod
    def suits(a, b, bias) -> bool:
        """Where the product is large enough to pay."""
        return a.numel() * b.shape[1] >= LEAST_WORK and fits_onednn(a, b)

    @staticmethod
    def of(a: torch.Tensor, b: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
        """The product, by a name that torch.compile knows where it compiles."""
        multiply = onednn_product if torch.compiler.is_compiling() else by_onednn
        return multiply(a, b, bias)


def fits_onednn(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether oneDNN is there for these and need not copy more than the product repays."""
    if not isinstance(a, torch.Tensor) or not isinstance(b, torch.Tensor):
        return False  # Tensors, on which the lines of a Function are recorded
    wide = a.stride(1) == 1 or b.shape[1] >= LEAST_WIDTH
    return wide and a.dtype == torch.float32 and a.device.type == "cpu" and ONEDNN is not None


def has_onednn(x: torch.Tensor) -> bool:
    """Whether a convolution may count on oneDNN; a compiler is left to choose for itself."""
    return ONEDNN is not None and x.device.type == "cpu" and not torch.compiler.is_compiling()
