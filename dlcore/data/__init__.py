"""What the book learns from: bundled digits, generated sets, downloads, and batches of them."""

from dlcore.data.augment import (
    colour_jitter, elastic, random_crop, random_flip, random_shift, random_turn,
)  # fmt: skip
from dlcore.data.batches import Batches, split
from dlcore.data.cifar import CIFAR10_NAMES, cifar10, cifar100
from dlcore.data.clips import DIRECTIONS, Clips, moving_bars
from dlcore.data.coloured import coloured_shapes
from dlcore.data.coriolanus import coriolanus
from dlcore.data.dates import dates
from dlcore.data.digits import Split, digits
from dlcore.data.entities import Tagged, entity_sentences
from dlcore.data.fashion import FASHION_NAMES, fashion_mnist
from dlcore.data.fetch import Remote, fetch
from dlcore.data.logic import Table, adder, boolean_functions, gate, parity, truth_table
from dlcore.data.melodies import melodies
from dlcore.data.mnist import mnist
from dlcore.data.opinions import Opinion, opinions
from dlcore.data.passages import Question, passages
from dlcore.data.residents import Resident, residents
from dlcore.data.scenes import Scenes, scene_captions, scenes
from dlcore.data.senses import SenseSentence, two_senses
from dlcore.data.sentences import Sentence, sentences
from dlcore.data.sequences import Sequences, adding, latch, meter, rhythms, rises
from dlcore.data.series import misplaced, sawtooth, seasonal
from dlcore.data.shapes import Shapes, letter, letters, sides
from dlcore.data.silhouettes import SHAPE_NAMES
from dlcore.data.stories import Stories, stories
from dlcore.data.strips import Strips, digit_strips
from dlcore.data.sums import sums
from dlcore.data.task_families import linear_tasks, repeats, sine_tasks
from dlcore.data.tastes import chain_sentences, comparisons, taste
from dlcore.data.text import tiny_shakespeare
from dlcore.data.tiny_shapes import TinyShapes, captions, tiny_shapes
from dlcore.data.tone_words import TONE_WORDS, ToneWords, tone_words
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
from dlcore.data.translations import Translation, translations
from dlcore.data.vocabulary import Vocabulary
from dlcore.data.warp import canvas, rotate, shift
from dlcore.data.word_corpus import word_corpus, word_relations

READING_ORDER = (
    "logic", "toys", "shapes", "silhouettes", "tiny_shapes", "scenes", "digits", "batches", "lock",
    "fetch", "mnist", "fashion", "cifar", "warp", "augment", "clips", "sequences", "sentences",
    "series", "coriolanus", "text", "vocabulary", "dates", "translations", "word_corpus", "senses",
    "entities", "passages", "opinions", "strips", "tone_words", "melodies", "stories", "residents",
    "sums", "task_families", "tastes", "coloured",
)  # fmt: skip
__all__ = [
    "CIFAR10_NAMES",
    "DIRECTIONS",
    "FASHION_NAMES",
    "SHAPE_NAMES",
    "Batches",
    "Clips",
    "Opinion",
    "Points",
    "Question",
    "Remote",
    "Resident",
    "Scenes",
    "SenseSentence",
    "Sentence",
    "Separable",
    "Sequences",
    "Shapes",
    "Split",
    "Stories",
    "Strips",
    "Table",
    "Tagged",
    "TONE_WORDS",
    "ToneWords",
    "TinyShapes",
    "Translation",
    "Vocabulary",
    "adder",
    "adding",
    "blobs",
    "boolean_functions",
    "canvas",
    "captions",
    "chain_sentences",
    "cifar10",
    "cifar100",
    "colour_jitter",
    "coloured_shapes",
    "comparisons",
    "coriolanus",
    "dates",
    "digit_strips",
    "digits",
    "elastic",
    "entity_sentences",
    "fashion_mnist",
    "fetch",
    "gate",
    "gaussian",
    "latch",
    "letter",
    "letters",
    "linear_tasks",
    "melodies",
    "meter",
    "misplaced",
    "mnist",
    "moons",
    "moving_bars",
    "opinions",
    "parity",
    "passages",
    "random_crop",
    "random_flip",
    "random_shift",
    "random_turn",
    "repeats",
    "residents",
    "rhythms",
    "rings",
    "rises",
    "rotate",
    "sawtooth",
    "scene_captions",
    "scenes",
    "seasonal",
    "sentences",
    "separable",
    "shift",
    "sides",
    "sine_tasks",
    "spirals",
    "split",
    "stories",
    "sums",
    "taste",
    "tiny_shakespeare",
    "tiny_shapes",
    "translations",
    "tone_words",
    "truth_table",
    "two_senses",
    "word_corpus",
    "word_relations",
    "xor_clouds",
]
