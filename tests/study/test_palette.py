import itertools

import numpy as np
import pytest

from dlcore.study import palette

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB; doi 10.1109/TVCG.2009.113
DEFICIENCIES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


def lab(colour, deficiency=None):
    """CIE L*a*b* (D65) of a colour, as seen with a colour-vision deficiency."""
    channels = np.array(palette.rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    if deficiency:
        linear = np.clip(np.array(DEFICIENCIES[deficiency]) @ linear, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(np.array(to_xyz) @ linear / [0.9505, 1.0, 1.089] + 1e-9)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("colour", [*palette.SERIES, palette.MUTED])
def test_every_colour_reads_as_text_on_paper(colour):
    assert palette.contrast(colour, palette.PAPER) >= 4.5


@pytest.mark.parametrize("deficiency", [None, *DEFICIENCIES])
def test_first_three_series_differ_for_everyone(deficiency):
    seen = [lab(colour, deficiency) for colour in palette.SERIES[:3]]
    for first, second in itertools.combinations(seen, 2):
        assert np.linalg.norm(first - second) > 15


def test_contrast_of_black_and_white_is_21():
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.contrast("#777777", "#777777") == 1


def test_tint_runs_from_paper_to_the_colour():
    assert palette.tint(palette.BLUE, 0) == palette.PAPER
    assert palette.tint(palette.BLUE, 1) == palette.BLUE


def test_css_holds_every_colour():
    text = palette.css()
    assert f"--dl-paper: {palette.PAPER};" in text
    assert f"--dl-vermilion: {palette.VERMILION};" in text
    assert all(colour in text for colour in palette.SERIES)
