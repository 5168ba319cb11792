"""A sound in the page: a player that holds its own few kilobytes, and words for who cannot hear."""

from __future__ import annotations

import base64
import html
import io
import wave
from typing import Any

import numpy as np

from dlcore.study.draw_figure import array

LIMIT = 60_000  # bytes of one sound


class Sound:
    """A short sound with its text; Jupyter shows a player when it ends a cell."""

    def __init__(self, data: bytes, alt: str):
        self.data, self.alt = data, alt

    def __repr__(self) -> str:
        return f"Sound: {self.alt}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        code, said = base64.b64encode(self.data).decode(), html.escape(self.alt, quote=True)
        player = f'<audio controls src="data:audio/wav;base64,{code}" aria-label="{said}"></audio>'
        figure = f"<figure>{player}<figcaption>{said}</figcaption></figure>"
        return {"text/html": figure, "text/plain": repr(self)}


def sound(samples: Any, rate: int, *, alt: str) -> Sound:
    """A player for samples (T,), `rate` a second, the loudest at 0.9 of what fits.

    Eight bits a sample. alt says in words what is heard. Raises ValueError without it, for samples
    that are no list of one number or more, and for more than 60 kB.
    """
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(f'a sound needs alt="…", a sentence that says what is heard; got {alt!r}')
    values = array(samples).astype(np.float64)
    if values.ndim != 1 or not 0 < len(values) <= LIMIT:
        raise ValueError(
            f"sound() takes samples (T,), 1 to {LIMIT}, got shape {values.shape}: play a part"
        )
    values = 0.9 * values / max(float(np.abs(values).max()), 1e-12)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(rate)
        file.writeframes((128 + 127 * values).round().astype(np.uint8).tobytes())
    return Sound(buffer.getvalue(), " ".join(alt.split()))
