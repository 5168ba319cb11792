"""2016, Pranav Rajpurkar and others: is the answer right, or right in part? (chapter 16).

P. Rajpurkar, J. Zhang, K. Lopyrev, P. Liang, SQuAD: 100,000+ questions for machine comprehension of
text (2016), https://arxiv.org/abs/1606.05250, section 6.1: exact match, and F1 of words.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

from dlcore.methods.measure.rouge import agreement

ARTICLES = re.compile(r"\b(a|an|the)\b")


def plain_words(text: str) -> list[str]:
    """Lower case, without punctuation and without a, an and the; split at white space."""
    letters = "".join(c for c in text.lower() if c not in string.punctuation)
    return ARTICLES.sub(" ", letters).split()


def exact_match(answer: str, accepted: Sequence[str]) -> bool:
    """Is the answer one of those accepted, in `plain_words`? ValueError where none is accepted."""
    _check(accepted)
    return any(plain_words(answer) == plain_words(truth) for truth in accepted)


def answer_f1(answer: str, accepted: Sequence[str]) -> float:
    """F1 of the words in common with that accepted answer where it is highest, from 0 to 1.

    Two texts without any word are right (as in SQuAD 2.0; with no unanswerable questions it does
    not happen). Raises ValueError where no answer is accepted.
    """
    _check(accepted)
    return max(_f1(plain_words(answer), plain_words(truth)) for truth in accepted)


def _f1(said: list[str], wanted: list[str]) -> float:
    if not said and not wanted:
        return 1.0
    hits = sum((Counter(said) & Counter(wanted)).values())
    return agreement(hits, len(said), len(wanted)).f1


def _check(accepted: Sequence[str]) -> None:
    if isinstance(accepted, str) or not accepted:
        raise ValueError(f"give a list of one accepted answer or more, got {accepted!r}")
