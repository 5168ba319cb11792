"""Claims that stop the notebook when the run just made does not bear them out."""

import html
import math
import re

import numpy as np
import torch
from IPython.display import display

MIME = "application/vnd.dlcore.claim+json"


class ClaimError(AssertionError):
    """What a chapter claims did not hold in this run."""


class Claim:
    """A claim that held, as a line in the notebook and a row of the book's ledger."""

    def __init__(self, text, measured):
        self.text = text
        self.measured = measured

    def __repr__(self):
        return f"✓ {self.text}" + (f" — measured {self.measured}" if self.measured else "")

    def _repr_mimebundle_(self, include=None, exclude=None):
        note = f" — measured <b>{html.escape(self.measured)}</b>" if self.measured else ""
        line = f'<span aria-hidden="true">✓</span> {html.escape(self.text)}{note}'
        style = "border-left: 4px solid #007a58; padding: 0.3em 0.8em; margin: 0"
        return {
            MIME: {"claim": self.text, "measured": self.measured},
            "text/html": f'<p class="dl-claim" style="{style}">{line}</p>',
            "text/plain": repr(self),
        }


def claim(text, holds, measured=None):
    """Show `text` with a tick if `holds` is true, stop with ClaimError if it is not.

    text: the claim, one sentence. holds: a bool (Python, NumPy, or a tensor of one bool).
    measured: what was measured, text such as "97.2 %" or a number.
    TypeError for a `holds` that is no bool, ValueError for an empty text or a NaN.
    """
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"claim(text) expects a sentence, got {text!r}")
    shown = _measured_text(measured)
    if not _one_bool(holds):
        raise ClaimError(f"claimed: {text}; measured: {shown or 'not given'}; it does not hold")
    display(Claim(text.strip(), shown))


def _one_bool(holds):
    """Return the Python bool in `holds`, refusing numbers, arrays and missing values."""
    value = getattr(holds, "data", holds) if type(holds).__module__.startswith("dlcore") else holds
    if isinstance(value, (np.ndarray, torch.Tensor)) and math.prod(value.shape) == 1:
        value = value.item()
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise TypeError(
        "claim(holds) expects True or False, the result of a comparison such as "
        f"accuracy > 0.95; got {type(holds).__name__} {holds!r}"
    )


def _measured_text(measured):
    """Return the measured value as text, "" if none was given."""
    if measured is None:
        return ""
    shown = measured.strip() if isinstance(measured, str) else f"{float(measured):.4g}"
    if re.search(r"\bnan\b", shown, flags=re.IGNORECASE):
        raise ValueError(f"claim(measured) got {shown!r}: a run that gave NaN measured nothing")
    return shown
