"""Layers with torch.nn's names, arguments, defaults and state-dict keys."""

from dlcore.layers import init
from dlcore.layers.module import Module, ModuleDict, ModuleList, Parameter, Sequential
from dlcore.layers.linear import Linear
from dlcore.layers.activation import (
    ReLU, Sigmoid, Softmax, Step, Tanh, relu, sigmoid, softmax, step, tanh
)  # fmt: skip
from dlcore.layers.loss import CrossEntropyLoss, MSELoss, cross_entropy, mse_loss
from dlcore.layers.rectifier import (
    ELU, GELU, HardThreshold, LeakyReLU, SiLU, Softplus, elu, gelu, hard_threshold, leaky_relu,
    silu, softplus,
)  # fmt: skip
from dlcore.layers.likelihood import (
    BCELoss, BCEWithLogitsLoss, KLDivLoss, LogSoftmax, NLLLoss, binary_cross_entropy,
    binary_cross_entropy_with_logits, kl_div, log_softmax, nll_loss,
)  # fmt: skip
from dlcore.layers.regression import (
    HingeEmbeddingLoss, HuberLoss, L1Loss, MultiMarginLoss, SmoothL1Loss, hinge_embedding_loss,
    huber_loss, info_nce, l1_loss, multi_margin_loss, normalize, nt_xent, smooth_l1_loss,
)  # fmt: skip
from dlcore.layers.norm import BatchNorm1d, BatchNorm2d, BatchNorm3d
from dlcore.layers.layer_norm import GroupNorm, LayerNorm, RMSNorm
from dlcore.layers.dropout import Dropout, Dropout1d, Dropout2d, dropout, dropout1d, dropout2d
from dlcore.layers.embedding import Embedding, embedding

READING_ORDER = (
    "module", "linear", "activation", "loss", "rectifier", "likelihood", "regression", "init",
    "dropout", "norm", "layer_norm", "embedding"
)  # fmt: skip
