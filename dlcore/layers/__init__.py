"""Layers with torch.nn's names, arguments, defaults and state-dict keys."""

from dlcore.layers import init
from dlcore.layers.module import Module, Parameter
from dlcore.layers.container import (
    ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential,
)  # fmt: skip
from dlcore.layers.linear import Linear, linear
from dlcore.layers.activation import (
    LogSigmoid, ReLU, Sigmoid, Softmax, Softsign, Step, Tanh, logsigmoid, relu, sigmoid, softmax,
    softsign, step, tanh,
)  # fmt: skip
from dlcore.layers.loss import CrossEntropyLoss, MSELoss, cross_entropy, mse_loss
from dlcore.layers.rectifier import (
    ELU, GELU, HardThreshold, LeakyReLU, SiLU, Softplus, elu, gelu, hard_threshold, leaky_relu,
    silu, softplus,
)  # fmt: skip
from dlcore.layers.variants import (
    GLU, PReLU, ReLU6, SELU, Hardsigmoid, Hardswish, Hardtanh, Mish, glu, hardsigmoid, hardswish,
    hardtanh, mish, prelu, relu6, selu,
)  # fmt: skip
from dlcore.layers.likelihood import (
    BCELoss, BCEWithLogitsLoss, GaussianNLLLoss, KLDivLoss, LogSoftmax, NLLLoss,
    binary_cross_entropy, binary_cross_entropy_with_logits, gaussian_nll_loss, kl_div, log_softmax,
    nll_loss,
)  # fmt: skip
from dlcore.layers.regression import (
    CosineEmbeddingLoss, HingeEmbeddingLoss, HuberLoss, L1Loss,
    MarginRankingLoss, MultiMarginLoss, SmoothL1Loss, TripletMarginLoss,
    cosine_embedding_loss, cosine_similarity, hinge_embedding_loss, huber_loss, info_nce, l1_loss,
    margin_ranking_loss, multi_margin_loss, normalize, nt_xent, pairwise_distance, smooth_l1_loss,
    triplet_margin_loss,
)  # fmt: skip
from dlcore.layers.norm import BatchNorm1d, BatchNorm2d, BatchNorm3d, batch_norm
from dlcore.layers.layer_norm import (
    GroupNorm, LayerNorm, RMSNorm, group_norm, layer_norm, rms_norm
)  # fmt: skip
from dlcore.layers.other_norms import (
    InstanceNorm1d, InstanceNorm2d, InstanceNorm3d, LocalResponseNorm, instance_norm,
    local_response_norm, remove_spectral_norm, remove_weight_norm, spectral_norm, weight_norm,
)  # fmt: skip
from dlcore.layers.dropout import (
    Dropout, Dropout1d, Dropout2d, Dropout3d, dropout, dropout1d, dropout2d, dropout3d,
)  # fmt: skip
from dlcore.layers.embedding import (
    CosineSimilarity,
    Embedding,
    PairwiseDistance,
    embedding,
    one_hot,
)
from dlcore.layers.padding import (
    CircularPad1d, CircularPad2d, CircularPad3d, ConstantPad1d, ConstantPad2d, ConstantPad3d,
    ReflectionPad1d, ReflectionPad2d, ReflectionPad3d, ReplicationPad1d, ReplicationPad2d,
    ReplicationPad3d, ZeroPad1d, ZeroPad2d, ZeroPad3d, pad,
)  # fmt: skip
from dlcore.layers.conv import Conv1d, Conv2d, Conv3d, conv1d, conv2d, conv3d
from dlcore.layers.pool import (
    AvgPool1d, AvgPool2d, AvgPool3d, MaxPool1d, MaxPool2d, MaxPool3d, avg_pool1d, avg_pool2d,
    avg_pool3d, max_pool1d, max_pool2d, max_pool3d,
)  # fmt: skip
from dlcore.layers.flatten import (
    Flatten, Fold, Identity, PixelShuffle, PixelUnshuffle, Unflatten, Unfold, fold, pixel_shuffle,
    pixel_unshuffle, unflatten, unfold,
)  # fmt: skip
from dlcore.layers.adaptive_pool import (
    AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveAvgPool3d, AdaptiveMaxPool1d, AdaptiveMaxPool2d,
    AdaptiveMaxPool3d, adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d,
    adaptive_max_pool1d, adaptive_max_pool2d, adaptive_max_pool3d,
)  # fmt: skip
from dlcore.layers.conv_transpose import (
    ConvTranspose1d, ConvTranspose2d, ConvTranspose3d, conv_transpose1d, conv_transpose2d,
    conv_transpose3d,
)  # fmt: skip
from dlcore.layers.upsample import Upsample, interpolate
from dlcore.layers.packed import (
    PackedSequence, pack_padded_sequence, pack_sequence, pad_packed_sequence, pad_sequence
)  # fmt: skip
from dlcore.layers.recurrent import RNN
from dlcore.layers.lstm import LSTM
from dlcore.layers.gru import GRU
from dlcore.layers.cell import GRUCell, LSTMCell, RNNCell
from dlcore.layers.ctc import CTCLoss, ctc_loss
from dlcore.layers.attention import scaled_dot_product_attention
from dlcore.layers.multihead import MultiheadAttention
from dlcore.layers.position import RotaryPositions, SinusoidalPositions, sinusoidal_positions
from dlcore.layers.transformer import (
    Transformer, TransformerDecoder, TransformerDecoderLayer, TransformerEncoder,
    TransformerEncoderLayer,
)  # fmt: skip
from dlcore.layers.statespace import DiagonalSSM, long_convolution, selective_scan
from dlcore.layers import fast  # now layers run their fastest form that suits

READING_ORDER = (
    "hooks", "module", "container", "check", "product", "linear", "activation", "loss", "rectifier",
    "variants", "likelihood", "regression", "init", "window", "padding", "conv", "pool_axis",
    "pool", "flatten", "adaptive_pool", "conv_transpose", "upsample", "dropout", "norm",
    "layer_norm", "other_norms", "embedding", "packed", "stacked", "recurrent", "lstm", "gru",
    "cell", "ctc", "attention", "multihead", "position", "transformer", "statespace",
    "fast",
)  # fmt: skip
__all__ = [
    "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d", "AdaptiveMaxPool3d", "adaptive_avg_pool1d", "adaptive_avg_pool2d",
    "adaptive_avg_pool3d", "adaptive_max_pool1d", "adaptive_max_pool2d", "adaptive_max_pool3d",
    "AvgPool1d", "AvgPool2d", "AvgPool3d", "avg_pool1d", "avg_pool2d", "avg_pool3d",
    "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "batch_norm", "BCELoss", "BCEWithLogitsLoss",
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "CircularPad1d",
    "CircularPad2d", "CircularPad3d", "ConstantPad1d", "ConstantPad2d", "ConstantPad3d",
    "Conv1d", "conv1d", "Conv2d", "conv2d", "Conv3d", "conv3d", "ConvTranspose1d",
    "ConvTranspose2d", "ConvTranspose3d", "conv_transpose1d", "conv_transpose2d",
    "conv_transpose3d", "CosineEmbeddingLoss", "CosineSimilarity", "cosine_embedding_loss",
    "cosine_similarity", "CrossEntropyLoss", "cross_entropy", "CTCLoss", "ctc_loss",
    "DiagonalSSM", "Dropout",
    "dropout", "Dropout1d", "dropout1d", "Dropout2d", "dropout2d", "Dropout3d", "dropout3d",
    "ELU", "elu", "Embedding", "embedding", "Flatten", "Fold", "fold", "GaussianNLLLoss",
    "gaussian_nll_loss", "GELU", "gelu", "GLU", "glu", "GroupNorm", "group_norm", "GRU",
    "GRUCell", "Hardsigmoid", "hardsigmoid", "Hardswish", "hardswish", "Hardtanh", "hardtanh",
    "HardThreshold", "hard_threshold", "HingeEmbeddingLoss", "hinge_embedding_loss",
    "HuberLoss", "huber_loss", "Identity", "info_nce", "init", "InstanceNorm1d",
    "InstanceNorm2d", "InstanceNorm3d", "instance_norm", "interpolate", "KLDivLoss", "kl_div",
    "L1Loss", "l1_loss", "LayerNorm", "layer_norm", "LeakyReLU", "leaky_relu", "Linear",
    "linear", "LocalResponseNorm", "local_response_norm", "LogSigmoid", "logsigmoid",
    "LogSoftmax", "log_softmax", "long_convolution", "LSTM", "LSTMCell",
    "MarginRankingLoss", "margin_ranking_loss",
    "MaxPool1d", "MaxPool2d", "MaxPool3d", "max_pool1d", "max_pool2d", "max_pool3d", "Mish",
    "mish", "Module", "ModuleDict", "ModuleList", "MSELoss", "mse_loss", "MultiheadAttention",
    "MultiMarginLoss", "multi_margin_loss", "NLLLoss", "nll_loss", "normalize", "nt_xent",
    "one_hot", "PackedSequence", "pack_padded_sequence", "pack_sequence", "pad",
    "pad_packed_sequence", "pad_sequence", "PairwiseDistance", "pairwise_distance", "Parameter",
    "ParameterDict", "ParameterList", "PixelShuffle", "PixelUnshuffle", "pixel_shuffle",
    "pixel_unshuffle", "PReLU", "prelu", "ReflectionPad1d", "ReflectionPad2d",
    "ReflectionPad3d", "ReLU", "relu", "ReLU6", "relu6", "remove_spectral_norm",
    "remove_weight_norm", "ReplicationPad1d", "ReplicationPad2d", "ReplicationPad3d", "RMSNorm",
    "rms_norm", "RNN", "RNNCell", "RotaryPositions", "scaled_dot_product_attention",
    "selective_scan", "SELU",
    "selu", "Sequential", "Sigmoid", "sigmoid", "SiLU", "silu", "SinusoidalPositions",
    "sinusoidal_positions", "SmoothL1Loss", "smooth_l1_loss", "Softmax", "softmax", "Softplus",
    "softplus", "Softsign", "softsign", "spectral_norm", "Step", "step", "Tanh", "tanh",
    "Transformer", "TransformerDecoder", "TransformerDecoderLayer", "TransformerEncoder",
    "TransformerEncoderLayer", "TripletMarginLoss", "triplet_margin_loss", "Unflatten",
    "unflatten", "Unfold", "unfold", "Upsample", "weight_norm", "ZeroPad1d", "ZeroPad2d",
    "ZeroPad3d",
]  # fmt: skip
