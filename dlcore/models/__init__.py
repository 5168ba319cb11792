"""The models that history named, from the threshold neuron of 1943 on, a folder for each family.

Classes are found here; functions stay where they are written, in their model's file.
"""

from dlcore.models.backprop.lenet import LeNet, LeNet5, LeNet1989
from dlcore.models.backprop.mlp import MLP
from dlcore.models.backprop.neocognitron import Neocognitron
from dlcore.models.generative.vae import VAE
from dlcore.models.generative.gan import MinibatchDeviation
from dlcore.models.generative.dcgan import DCDiscriminator, DCGenerator
from dlcore.models.generative.denoiser import DenoisingMLP
from dlcore.models.generative.denoising_unet import DenoisingUNet
from dlcore.models.generative.dit import DiT
from dlcore.models.language.albert import ALBERT
from dlcore.models.language.attention_only import AttentionOnly, HeadsWithDistances
from dlcore.models.language.attentive import DotSearch, RNNSearch
from dlcore.models.language.bert import BERT, MaskedLanguageModel
from dlcore.models.language.bilstm import (
    BiLM,
    BiLSTM,
    SentenceClassifier,
    SpanReader,
    Tagger,
)
from dlcore.models.language.crnn import CRNN
from dlcore.models.language.experts import Router, SparseExperts
from dlcore.models.language.fast_weights import LinearAttention
from dlcore.models.language.gpt import GPT
from dlcore.models.language.in_context import InContextRegressor
from dlcore.models.language.lite import LongShortAttention
from dlcore.models.language.llama import GroupedQueryAttention, Llama, LlamaBlock, SwiGLU
from dlcore.models.language.mamba import Mamba, MambaBlock, MambaMixer
from dlcore.models.language.neural_memory import NeuralMemory
from dlcore.models.language.ngram import NGram
from dlcore.models.language.phrase_table import PhraseTable
from dlcore.models.language.seq2seq import EncoderDecoder
from dlcore.models.language.short_sentences import ShortSentences
from dlcore.models.language.skipgram import SkipGram
from dlcore.models.language.sparse_attention import SparseSelfAttention
from dlcore.models.language.translator import TransformerTranslator
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
from dlcore.models.speech.attend_and_spell import AttendAndSpell
from dlcore.models.speech.deep_speech import DeepSpeech2
from dlcore.models.speech.templates import WordTemplates
from dlcore.models.speech.wavenet import WaveNet
from dlcore.models.speech.word_hmm import WordHMM
from dlcore.models.unsupervised.autoencoder import Autoencoder
from dlcore.models.unsupervised.belief_net import BeliefNet
from dlcore.models.unsupervised.quantizer import VectorQuantizer
from dlcore.models.unsupervised.rbm import RBM
from dlcore.models.vision.capsule import CapsNet, Capsules
from dlcore.models.vision.cifar_resnet import CifarResNet
from dlcore.models.vision.convnext import ConvNeXt, ConvNeXtBlock
from dlcore.models.vision.densenet import DenseBlock, DenseNet
from dlcore.models.vision.efficientnet import EfficientNet, MBConv
from dlcore.models.vision.mobilenet import DepthwiseSeparable, InvertedResidual, MobileNetV2
from dlcore.models.vision.mobilenet_v3 import MobileNetV3, SqueezeExcitation
from dlcore.models.vision.resnet import BasicBlock, Bottleneck, Bottleneck2015, ResNet
from dlcore.models.vision.alexnet import AlexNet, AlexNet2012
from dlcore.models.vision.inception import GoogLeNet, Inception
from dlcore.models.vision.vgg import VGG
from dlcore.models.vision.fcn import FCN
from dlcore.models.vision.grid_detector import GridDetector
from dlcore.models.vision.roi_align import RoIAlign
from dlcore.models.vision.templates import Templates
from dlcore.models.vision.two_stage import TwoStageDetector
from dlcore.models.vision.unet import UNet
from dlcore.models.vision.vit import ViT
from dlcore.models.vision.swin import PatchMerging, Swin, SwinBlock
from dlcore.models.vision.clip import CLIP, ImageTower, TextTower

READING_ORDER = (
    "renaming", "neurons", "backprop", "rivals", "unsupervised", "speech", "language", "vision",
    "generative",
)  # fmt: skip
__all__ = [
    "VAE",
    "DCDiscriminator",
    "DCGenerator",
    "MinibatchDeviation",
    "AttentionOnly",
    "HeadsWithDistances",
    "InContextRegressor",
    "ShortSentences",
    "LinearAttention",
    "Mamba",
    "MambaBlock",
    "MambaMixer",
    "NeuralMemory",
    "Router",
    "SparseExperts",
    "ALBERT",
    "DotSearch",
    "RNNSearch",
    "LongShortAttention",
    "GroupedQueryAttention",
    "Llama",
    "LlamaBlock",
    "SwiGLU",
    "SparseSelfAttention",
    "TransformerTranslator",
    "BERT",
    "GPT",
    "MLP",
    "RBM",
    "SVM",
    "Adaline",
    "AssociationLayer",
    "Autoencoder",
    "BeliefNet",
    "BasicBlock",
    "Bottleneck",
    "Bottleneck2015",
    "CapsNet",
    "Capsules",
    "CifarResNet",
    "ConvNeXt",
    "ConvNeXtBlock",
    "DenseBlock",
    "DenseNet",
    "DepthwiseSeparable",
    "EfficientNet",
    "GaussianProcess",
    "GradientBoosting",
    "HiddenMarkov",
    "Hopfield",
    "InvertedResidual",
    "Lasso",
    "LeNet",
    "LeNet1989",
    "LeNet5",
    "LeastSquares",
    "MBConv",
    "MaskedLanguageModel",
    "MobileNetV2",
    "MobileNetV3",
    "Neocognitron",
    "NerveNet",
    "Neuron",
    "Perceptron",
    "Photoperceptron",
    "RandomForest",
    "ResNet",
    "Snarc",
    "SqueezeExcitation",
    "Tree",
    "ViT",
    "Swin",
    "SwinBlock",
    "PatchMerging",
    "CLIP",
    "ImageTower",
    "TextTower",
    "VectorQuantizer",
    "AlexNet",
    "AlexNet2012",
    "GoogLeNet",
    "Inception",
    "VGG",
    "FCN",
    "GridDetector",
    "RoIAlign",
    "Templates",
    "TwoStageDetector",
    "UNet",
    "BiLM",
    "BiLSTM",
    "CRNN",
    "EncoderDecoder",
    "NGram",
    "PhraseTable",
    "SentenceClassifier",
    "SkipGram",
    "SpanReader",
    "Tagger",
    "AttendAndSpell",
    "DeepSpeech2",
    "WordTemplates",
    "WaveNet",
    "WordHMM",
    "DenoisingMLP",
    "DenoisingUNet",
    "DiT",
]
