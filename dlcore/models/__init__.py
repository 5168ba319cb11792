"""The models that history named, from the threshold neuron of 1943 on, a folder for each family.

Classes are found here; functions stay where they are written, in their model's file.
"""

from dlcore.models.backprop.lenet import LeNet, LeNet5, LeNet1989
from dlcore.models.backprop.mlp import MLP
from dlcore.models.backprop.neocognitron import Neocognitron
from dlcore.models.language.bert import BERT, MaskedLanguageModel
from dlcore.models.language.gpt import GPT
from dlcore.models.neurons.hopfield import Hopfield
from dlcore.models.neurons.neuron import NerveNet, Neuron
from dlcore.models.neurons.perceptron import (
    Adaline,
    AssociationLayer,
    Perceptron,
    Photoperceptron,
)
from dlcore.models.neurons.snarc import Snarc
from dlcore.models.rivals.boosting import GradientBoosting
from dlcore.models.rivals.forest import RandomForest
from dlcore.models.rivals.gaussian_process import GaussianProcess
from dlcore.models.rivals.hidden_markov import HiddenMarkov
from dlcore.models.rivals.lasso import Lasso
from dlcore.models.rivals.least_squares import LeastSquares
from dlcore.models.rivals.svm import SVM
from dlcore.models.rivals.tree import Tree
from dlcore.models.vision.vit import ViT

READING_ORDER = ("renaming", "neurons", "backprop", "rivals", "language", "vision")
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
]
