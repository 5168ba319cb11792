"""2015, Andrej Karpathy: Tiny Shakespeare, a million characters to learn to write from (chapter 7).

Collected for A. Karpathy, The unreasonable effectiveness of recurrent neural networks (2015),
https://karpathy.github.io/2015/05/21/rnn-effectiveness/.
"""

from dlcore.data.fetch import Remote, fetch

TINY_SHAKESPEARE = Remote(
    "tinyshakespeare/input.txt",
    "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    1_115_394,
    (
        "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
        "https://storage.googleapis.com/download.tensorflow.org/data/shakespeare.txt",
    ),
)


def tiny_shakespeare(progress: bool = True) -> str:
    """1,115,394 characters from Shakespeare's plays, 65 of them different.

    Found below DLCORE_DATA or in the cache, else downloaded (1.1 MB); see `fetch` for the errors.
    """
    return fetch(TINY_SHAKESPEARE, progress).decode("ascii")
