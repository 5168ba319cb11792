"""The models that history named, from the threshold neuron of 1943 on."""

from dlcore.models.bert import BERT, MaskedLanguageModel
from dlcore.models.gpt import GPT
from dlcore.models.hebb import hebb, learn, oja, poisson_spikes, stdp, stdp_change
from dlcore.models.hopfield import Hopfield, flip
from dlcore.models.lenet import LeNet, LeNet5, LeNet1989
from dlcore.models.mlp import MLP
from dlcore.models.neuron import (
    NerveNet,
    Neuron,
    automaton,
    final_state,
    pulses,
    threshold_layer,
)
from dlcore.models.perceptron import Adaline, AssociationLayer, Perceptron, Photoperceptron
from dlcore.models.snarc import Snarc, passages
from dlcore.models.vit import ViT

READING_ORDER = (
    "neuron", "hebb", "snarc", "hopfield", "perceptron", "mlp", "lenet", "renaming", "gpt", "bert",
    "vit",
)  # fmt: skip
__all__ = [
    "BERT",
    "GPT",
    "MLP",
    "Adaline",
    "AssociationLayer",
    "Hopfield",
    "LeNet",
    "LeNet5",
    "LeNet1989",
    "MaskedLanguageModel",
    "NerveNet",
    "Neuron",
    "Perceptron",
    "Photoperceptron",
    "Snarc",
    "ViT",
    "automaton",
    "final_state",
    "flip",
    "hebb",
    "learn",
    "oja",
    "passages",
    "poisson_spikes",
    "pulses",
    "stdp",
    "stdp_change",
    "threshold_layer",
]
