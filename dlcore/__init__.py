"""Deep learning by hand: layers with their forward and backward pass written out.

This file is the table of contents: the names a chapter uses, in the order of the book.
"""

from importlib.metadata import version

from dlcore.autodiff import (
    Context, Function, GradcheckError, Tensor, grad, gradcheck, is_grad_enabled, no_grad,
    plain,
)  # fmt: skip
from dlcore.layers import (  # chapter 3
    CrossEntropyLoss, Linear, Module, ModuleDict, ModuleList, MSELoss, Parameter, ParameterDict,
    ParameterList, ReLU, Sequential, Sigmoid, Softmax, Softsign, Step, Tanh,
)  # fmt: skip
from dlcore.layers import (  # chapter 4
    ELU, GELU, GLU, SELU, BCELoss, BCEWithLogitsLoss, CosineEmbeddingLoss, CosineSimilarity,
    GaussianNLLLoss, Hardsigmoid, Hardswish, Hardtanh, HardThreshold, HingeEmbeddingLoss, HuberLoss,
    KLDivLoss, L1Loss, LeakyReLU, LogSigmoid, LogSoftmax, MarginRankingLoss, Mish, MultiMarginLoss,
    NLLLoss, PairwiseDistance, PReLU, ReLU6, SiLU, SmoothL1Loss, Softplus, TripletMarginLoss,
)  # fmt: skip
from dlcore.layers import init  # chapter 5
from dlcore.layers import (  # chapter 6
    AvgPool1d, AvgPool2d, AvgPool3d, CircularPad1d, CircularPad2d, CircularPad3d, ConstantPad1d,
    ConstantPad2d, ConstantPad3d, Conv1d, Conv2d, Conv3d, Flatten, Fold, Identity, MaxPool1d,
    MaxPool2d, MaxPool3d, PixelShuffle, PixelUnshuffle, ReflectionPad1d, ReflectionPad2d,
    ReflectionPad3d, ReplicationPad1d, ReplicationPad2d, ReplicationPad3d, Unflatten, Unfold,
    ZeroPad1d, ZeroPad2d, ZeroPad3d,
)  # fmt: skip
from dlcore.layers import (  # chapter 7
    GRU, LSTM, RNN, GRUCell, LSTMCell, PackedSequence, RNNCell, pack_padded_sequence,
    pack_sequence, pad_packed_sequence, pad_sequence,
)  # fmt: skip
from dlcore.layers import (  # chapter 11
    BatchNorm1d, BatchNorm2d, BatchNorm3d, Dropout, Dropout1d, Dropout2d, Dropout3d, GroupNorm,
    LayerNorm, RMSNorm,
)  # fmt: skip
from dlcore.layers import (  # chapter 12
    AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveAvgPool3d, AdaptiveMaxPool1d, AdaptiveMaxPool2d,
    AdaptiveMaxPool3d, InstanceNorm1d, InstanceNorm2d, InstanceNorm3d, LocalResponseNorm,
)  # fmt: skip
from dlcore.layers import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d, Upsample  # chapter 14
from dlcore.layers import CTCLoss  # chapter 15
from dlcore.layers import Embedding  # chapter 16
from dlcore.layers import (  # chapter 17
    MultiheadAttention, RotaryPositions, SinusoidalPositions, Transformer, TransformerDecoder,
    TransformerDecoderLayer, TransformerEncoder, TransformerEncoderLayer,
)  # fmt: skip
from dlcore.layers import DiagonalSSM  # chapter 22

__version__ = version("dlcore")


def __getattr__(name: str) -> object:
    """torch.nn's namespaces, so that `import dlcore as nn` serves nn.functional and nn.utils."""
    if name == "functional":
        from dlcore import layers

        return layers
    if name == "utils":
        from dlcore.training.clip import torchs_names

        return torchs_names()
    raise AttributeError(
        f"dlcore has no {name!r}; the layers are those listed in dlcore/__init__.py, functions are "
        "in dlcore.layers, optimisers in dlcore.training"
    )


__all__ = [
    "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d", "AdaptiveMaxPool3d", "AvgPool1d", "AvgPool2d", "AvgPool3d",
    "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "BCELoss", "BCEWithLogitsLoss",
    "CircularPad1d", "CircularPad2d", "CircularPad3d", "ConstantPad1d", "ConstantPad2d",
    "ConstantPad3d", "Context", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d",
    "ConvTranspose2d", "ConvTranspose3d", "CosineEmbeddingLoss", "CosineSimilarity",
    "CrossEntropyLoss", "CTCLoss", "DiagonalSSM", "Dropout", "Dropout1d", "Dropout2d",
    "Dropout3d", "ELU",
    "Embedding", "Flatten", "Fold", "Function", "GaussianNLLLoss", "GELU", "GLU", "grad",
    "gradcheck", "GradcheckError", "GroupNorm", "GRU", "GRUCell", "Hardsigmoid", "Hardswish",
    "Hardtanh", "HardThreshold", "HingeEmbeddingLoss", "HuberLoss", "Identity", "init",
    "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d", "is_grad_enabled", "KLDivLoss",
    "L1Loss", "LayerNorm", "LeakyReLU", "Linear", "LocalResponseNorm", "LogSigmoid",
    "LogSoftmax", "LSTM", "LSTMCell", "MarginRankingLoss", "MaxPool1d", "MaxPool2d",
    "MaxPool3d", "Mish", "Module", "ModuleDict", "ModuleList", "MSELoss", "MultiheadAttention",
    "MultiMarginLoss", "NLLLoss", "no_grad", "PackedSequence", "pack_padded_sequence",
    "pack_sequence", "pad_packed_sequence", "pad_sequence", "PairwiseDistance", "Parameter",
    "ParameterDict", "ParameterList", "PixelShuffle", "PixelUnshuffle", "plain", "PReLU",
    "ReflectionPad1d", "ReflectionPad2d", "ReflectionPad3d", "ReLU", "ReLU6",
    "ReplicationPad1d", "ReplicationPad2d", "ReplicationPad3d", "RMSNorm", "RNN", "RNNCell",
    "RotaryPositions", "SELU", "Sequential", "Sigmoid", "SiLU", "SinusoidalPositions",
    "SmoothL1Loss", "Softmax", "Softplus", "Softsign", "Step", "Tanh", "Tensor", "Transformer",
    "TransformerDecoder", "TransformerDecoderLayer", "TransformerEncoder",
    "TransformerEncoderLayer", "TripletMarginLoss", "Unflatten", "Unfold", "Upsample",
    "ZeroPad1d", "ZeroPad2d", "ZeroPad3d",
]  # fmt: skip
