"""What the book learns from: bundled digits, generated sets, downloads, and batches of them."""

from dlcore.data.augment import (
    colour_jitter, elastic, random_crop, random_flip, random_shift, random_turn,
)  # fmt: skip
from dlcore.data.batches import Batches, split
from dlcore.data.clips import DIRECTIONS, Clips, moving_bars
from dlcore.data.coriolanus import coriolanus
from dlcore.data.digits import Split, digits
from dlcore.data.fetch import Remote, fetch
from dlcore.data.logic import Table, adder, boolean_functions, gate, parity, truth_table
from dlcore.data.mnist import mnist
from dlcore.data.sentences import Sentence, sentences
from dlcore.data.sequences import Sequences, adding, latch, meter, rhythms, rises
from dlcore.data.series import misplaced, sawtooth, seasonal
from dlcore.data.shapes import Shapes, letter, letters, sides
from dlcore.data.text import tiny_shakespeare
from dlcore.data.toys import (
    Points,
    Separable,
    blobs,
    gaussian,
    moons,
    rings,
    separable,
    spirals,
    xor_clouds,
)
from dlcore.data.warp import canvas, rotate, shift

READING_ORDER = (
    "logic", "toys", "shapes", "digits", "batches", "lock", "fetch", "mnist", "warp", "augment",
    "clips", "sequences", "sentences", "series", "coriolanus", "text",
)  # fmt: skip
__all__ = [
    "DIRECTIONS",
    "Batches",
    "Clips",
    "Points",
    "Remote",
    "Sentence",
    "Separable",
    "Sequences",
    "Shapes",
    "Split",
    "Table",
    "adder",
    "adding",
    "blobs",
    "boolean_functions",
    "canvas",
    "colour_jitter",
    "coriolanus",
    "digits",
    "elastic",
    "fetch",
    "gate",
    "gaussian",
    "latch",
    "letter",
    "letters",
    "meter",
    "misplaced",
    "mnist",
    "moons",
    "moving_bars",
    "parity",
    "random_crop",
    "random_flip",
    "random_shift",
    "random_turn",
    "rhythms",
    "rings",
    "rises",
    "rotate",
    "sawtooth",
    "seasonal",
    "sentences",
    "separable",
    "shift",
    "sides",
    "spirals",
    "split",
    "tiny_shakespeare",
    "truth_table",
    "xor_clouds",
]
