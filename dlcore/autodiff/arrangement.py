"""1970, Seppo Linnainmaa: x.sum(1), x.reshape(2, 3): methods along axes (chapter 3).

A method is written here with its arguments, and calls the function of TORCH_NAMES that answers
for torch.<name>(Tensor): one function, two ways to write it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlcore.autodiff.computation import Computation
from dlcore.autodiff.torch_names import TORCH_NAMES

if TYPE_CHECKING:
    from dlcore.autodiff.tensor import Tensor


class Arrangement(Computation):
    """Methods that reduce, reshape, pick and join along axes."""

    __slots__ = ()

    def sum(self, dim: Any = None, keepdim: bool = False) -> Tensor:
        """The sum over `dim`, or of all numbers."""
        return TORCH_NAMES["sum"](self, dim, keepdim)

    def mean(self, dim: Any = None, keepdim: bool = False) -> Tensor:
        """The mean over `dim`, or of all numbers."""
        return TORCH_NAMES["mean"](self, dim, keepdim)

    def prod(self, dim: Any = None, keepdim: bool = False) -> Tensor:
        """The product over `dim`, or of all numbers."""
        return TORCH_NAMES["prod"](self, dim, keepdim)

    def cumsum(self, dim: int) -> Tensor:
        """Along `dim`, the sum of all numbers up to each."""
        return TORCH_NAMES["cumsum"](self, dim)

    def var(
        self, dim: Any = None, correction: int = 1, keepdim: bool = False, unbiased: Any = None
    ) -> Tensor:
        """Σ (x − mean)² / (n − correction) over `dim`."""
        return TORCH_NAMES["var"](self, dim, correction, keepdim, unbiased)

    def std(
        self, dim: Any = None, correction: int = 1, keepdim: bool = False, unbiased: Any = None
    ) -> Tensor:
        """The square root of var; 0 has the gradient 0."""
        return TORCH_NAMES["std"](self, dim, correction, keepdim, unbiased)

    def norm(self, p: Any = 2.0, dim: Any = None, keepdim: bool = False) -> Tensor:
        """(Σ |x|ᵖ)^(1/p) over `dim`, or of all numbers. Raises ValueError unless p > 0."""
        return TORCH_NAMES["norm"](self, p, dim, keepdim)

    def logsumexp(self, dim: Any, keepdim: bool = False) -> Tensor:
        """log Σ exp(x) over `dim`, without overflow."""
        return TORCH_NAMES["logsumexp"](self, dim, keepdim)

    def softmax(self, dim: int) -> Tensor:
        """exp(x) / Σ exp(x) along `dim`."""
        return TORCH_NAMES["softmax"](self, dim)

    def log_softmax(self, dim: int) -> Tensor:
        """x − log Σ exp(x) along `dim`."""
        return TORCH_NAMES["log_softmax"](self, dim)

    def amax(self, dim: Any = None, keepdim: bool = False) -> Tensor:
        """The largest number over `dim`; equal ones share the gradient."""
        return TORCH_NAMES["amax"](self, dim, keepdim)

    def amin(self, dim: Any = None, keepdim: bool = False) -> Tensor:
        """The smallest number over `dim`; equal ones share the gradient."""
        return TORCH_NAMES["amin"](self, dim, keepdim)

    def max(self, dim: Any = None, keepdim: bool = False) -> Any:
        """The largest number; with `dim` (values, indices); of two tensors the larger."""
        return TORCH_NAMES["max"](self, dim, keepdim)

    def min(self, dim: Any = None, keepdim: bool = False) -> Any:
        """The smallest number; with `dim` (values, indices); of two tensors the smaller."""
        return TORCH_NAMES["min"](self, dim, keepdim)

    def topk(self, k: int, dim: int = -1) -> Any:
        """(values, indices) of the k largest along `dim`."""
        return TORCH_NAMES["topk"](self, k, dim)

    def sort(self, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
        """(values, indices) in order along `dim`."""
        return TORCH_NAMES["sort"](self, dim, descending, stable)

    def reshape(self, *lengths: Any, shape: Any = None) -> Tensor:
        """The same numbers in another shape; one length may be −1."""
        return TORCH_NAMES["reshape"](self, *lengths, shape=shape)

    def view(self, *lengths: Any, shape: Any = None) -> Tensor:
        """As reshape."""
        return TORCH_NAMES["reshape"](self, *lengths, shape=shape)

    def view_as(self, other: Any) -> Tensor:
        """Self in the shape of another tensor."""
        return self.reshape(tuple(other.shape))

    def reshape_as(self, other: Any) -> Tensor:
        """Self in the shape of another tensor."""
        return self.reshape(tuple(other.shape))

    def flatten(self, start_dim: int = 0, end_dim: int = -1) -> Tensor:
        """The axes from start_dim to end_dim as one."""
        return TORCH_NAMES["flatten"](self, start_dim, end_dim)

    def unflatten(self, dim: int, sizes: Any) -> Tensor:
        """The axis `dim` as several."""
        return TORCH_NAMES["unflatten"](self, dim, sizes)

    def permute(self, *dims: int) -> Tensor:
        """The axes in another order."""
        return TORCH_NAMES["permute"](self, *dims)

    def transpose(self, dim0: int, dim1: int) -> Tensor:
        """Two axes exchanged."""
        return TORCH_NAMES["transpose"](self, dim0, dim1)

    def movedim(self, source: Any, destination: Any) -> Tensor:
        """Axes moved to other places."""
        return TORCH_NAMES["movedim"](self, source, destination)

    def t(self) -> Tensor:
        """A matrix with rows and columns exchanged."""
        return TORCH_NAMES["t"](self)

    @property
    def T(self) -> Tensor:
        """A matrix with rows and columns exchanged. Raises ValueError for another shape."""
        return TORCH_NAMES["T"](self)

    @property
    def mT(self) -> Tensor:
        """The last two axes exchanged."""
        return self.transpose(-1, -2)

    def unsqueeze(self, dim: int) -> Tensor:
        """A new axis of length 1 at `dim`."""
        return TORCH_NAMES["unsqueeze"](self, dim)

    def squeeze(self, dim: Any = None) -> Tensor:
        """Without the axes of length 1, or without `dim` where it is one."""
        return TORCH_NAMES["squeeze"](self, dim)

    def expand(self, *shape: Any) -> Tensor:
        """Axes of length 1 repeated to these lengths."""
        return TORCH_NAMES["expand"](self, *shape)

    def expand_as(self, other: Any) -> Tensor:
        """Axes of length 1 repeated to another tensor's lengths."""
        return self.expand(tuple(other.shape))

    def repeat(self, *times: Any) -> Tensor:
        """Laid side by side, times[i] copies along axis i."""
        return TORCH_NAMES["repeat"](self, *times)

    def repeat_interleave(self, repeats: Any, dim: Any = None) -> Tensor:
        """Each entry along `dim` repeated in its place."""
        return TORCH_NAMES["repeat_interleave"](self, repeats, dim)

    def roll(self, shifts: Any, dims: Any = None) -> Tensor:
        """Shifted along axes; what leaves comes in at the other end."""
        return TORCH_NAMES["roll"](self, shifts, dims)

    def flip(self, *dims: Any) -> Tensor:
        """In reverse order along these axes."""
        return TORCH_NAMES["flip"](self, *dims)

    def tril(self, diagonal: int = 0) -> Tensor:
        """The numbers on and below a diagonal, 0 elsewhere."""
        return TORCH_NAMES["tril"](self, diagonal)

    def triu(self, diagonal: int = 0) -> Tensor:
        """The numbers on and above a diagonal, 0 elsewhere."""
        return TORCH_NAMES["triu"](self, diagonal)

    def gather(self, dim: int, index: Any) -> Tensor:
        """The numbers that index names along `dim`."""
        return TORCH_NAMES["gather"](self, dim, index)

    def index_select(self, dim: int, index: Any) -> Tensor:
        """The entries that index names along `dim`."""
        return TORCH_NAMES["index_select"](self, dim, index)

    def masked_select(self, mask: Any) -> Tensor:
        """The numbers where the mask is true, as a vector."""
        return TORCH_NAMES["masked_select"](self, mask)

    def narrow(self, dim: int, start: int, length: int) -> Tensor:
        """`length` entries along `dim` from `start` on."""
        return TORCH_NAMES["narrow"](self, dim, start, length)

    def scatter(self, dim: int, index: Any, src: Any, reduce: Any = None) -> Tensor:
        """Self with src at the places that index names along `dim`."""
        return TORCH_NAMES["scatter"](self, dim, index, src, reduce)

    def scatter_add(self, dim: int, index: Any, src: Any) -> Tensor:
        """Self plus src at the places that index names along `dim`."""
        return TORCH_NAMES["scatter_add"](self, dim, index, src)

    def index_add(self, dim: int, index: Any, source: Any) -> Tensor:
        """Self plus the entries of source at index along `dim`."""
        return TORCH_NAMES["index_add"](self, dim, index, source)

    def split(self, split_size: Any, dim: int = 0) -> Any:
        """Consecutive pieces of one length, or of the lengths listed."""
        return TORCH_NAMES["split"](self, split_size, dim)

    def chunk(self, chunks: int, dim: int = 0) -> Any:
        """That many pieces, as equal as can be."""
        return TORCH_NAMES["chunk"](self, chunks, dim)

    def unbind(self, dim: int = 0) -> Any:
        """x[0], x[1], … along `dim`."""
        return TORCH_NAMES["unbind"](self, dim)

    def clone(self, memory_format: Any = None) -> Tensor:
        """A copy with the same history."""
        return TORCH_NAMES["clone"](self, memory_format)

    def contiguous(self) -> Tensor:
        """Self with its numbers one after the other in memory."""
        return TORCH_NAMES["contiguous"](self)

    def to(self, *like: Any, **options: Any) -> Tensor:
        """In another dtype or on another device; a tensor may stand for both."""
        return TORCH_NAMES["to"](self, *like, **options)

    def cumprod(self, dim: int) -> Tensor:
        """Along `dim`, the product of all numbers up to each."""
        return TORCH_NAMES["cumprod"](self, dim)

    def sum_to_size(self, *shape: Any) -> Tensor:
        """Summed over the axes along which that shape would be repeated."""
        return TORCH_NAMES["sum_to_size"](self, *shape)

    def index_put(self, indices: Any, values: Any) -> Tensor:
        """Self with values where the index tensors say."""
        return TORCH_NAMES["index_put"](self, indices, values)

    def select(self, dim: int, index: int) -> Tensor:
        """The slice number `index` along `dim`, without that axis."""
        return self.movedim(dim, 0)[index]

    def ravel(self) -> Tensor:
        """All numbers in one row."""
        return self.reshape(-1)

    # torch's second names
    swapaxes = swapdims = transpose
    moveaxis, broadcast_to = movedim, expand
