"""The models that history named, from the threshold neuron of 1943 on."""

from dlcore.models.bert import BERT, MaskedLanguageModel
from dlcore.models.boosting import GradientBoosting
from dlcore.models.forest import RandomForest
from dlcore.models.gaussian_process import GaussianProcess
from dlcore.models.gpt import GPT
from dlcore.models.hebb import hebb, learn, oja, poisson_spikes, stdp, stdp_change
from dlcore.models.hidden_markov import HiddenMarkov
from dlcore.models.hopfield import Hopfield, flip
from dlcore.models.lasso import Lasso
from dlcore.models.least_squares import LeastSquares
from dlcore.models.lenet import LeNet, LeNet5, LeNet1989
from dlcore.models.mlp import MLP
from dlcore.models.neocognitron import Neocognitron
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
from dlcore.models.svm import SVM
from dlcore.models.tree import Tree
from dlcore.models.vit import ViT

READING_ORDER = (
    "neuron", "hebb", "snarc", "hopfield", "perceptron", "mlp", "neocognitron", "lenet",
    "least_squares", "lasso", "kernels", "svm", "tree", "forest", "boosting", "gaussian_process",
    "hidden_markov",
    "renaming", "gpt", "bert", "vit",
)  # fmt: skip
__all__ = [
    "BERT",
    "GPT",
    "MLP",
    "SVM",
    "Adaline",
    "AssociationLayer",
    "GaussianProcess",
    "GradientBoosting",
    "HiddenMarkov",
    "Hopfield",
    "Lasso",
    "LeNet",
    "LeNet5",
    "LeNet1989",
    "LeastSquares",
    "MaskedLanguageModel",
    "Neocognitron",
    "NerveNet",
    "Neuron",
    "Perceptron",
    "Photoperceptron",
    "RandomForest",
    "Snarc",
    "Tree",
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
