"""2017, Han Xiao, Kashif Rasul and Roland Vollgraf: Fashion-MNIST, clothes in MNIST's format
(chapter 12).

H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine
learning algorithms (2017), https://arxiv.org/abs/1708.07747. The checksums are those that
TensorFlow Datasets keeps of the compressed files.
"""

import gzip

from dlcore.data.digits import Split
from dlcore.data.fetch import Remote, fetch
from dlcore.data.mnist import as_split, read_idx

FASHION_NAMES = (
    "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
    "ankle boot",
)  # fmt: skip
MIRRORS = (
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
)


def _remote(name: str, size: int, sha256: str) -> Remote:
    mirrors = tuple(f"{mirror}{name}.gz" for mirror in MIRRORS)
    return Remote(f"fashion-mnist/{name}.gz", sha256, size, mirrors, packed=True)


FILES = {
    "x_train": _remote(
        "train-images-idx3-ubyte",
        26_421_880,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    ),
    "y_train": _remote(
        "train-labels-idx1-ubyte",
        29_515,
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    ),
    "x_test": _remote(
        "t10k-images-idx3-ubyte",
        4_422_102,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    ),
    "y_test": _remote(
        "t10k-labels-idx1-ubyte",
        5_148,
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    ),
}


def fashion_mnist(images: bool = False, progress: bool = True) -> Split:
    """60,000 training and 10,000 test pictures of 28 × 28, from 0 (background) to 1 (cloth).

    images: (N, 1, 28, 28) pictures in place of (N, 784) rows; the labels index FASHION_NAMES.
    Found below DLCORE_DATA or in the cache, else downloaded (31 MB); see `fetch` for the errors.
    """
    arrays = {
        part: read_idx(gzip.decompress(fetch(file, progress))) for part, file in FILES.items()
    }
    return as_split(arrays, images)
