"""Faster forms: their gradients of gradients are those of the plain forms that they stand for."""

from dlcore.layers.fast import (
    attention,
    conv,
    conv_transpose,
    fft_conv,
    lstm,
    norm,
    pool,
    tiled_conv,
    winograd,
)  # fmt: skip
from tests.autodiff import cases_of_layers as layers
from tests.autodiff import cases_of_sequences as sequences
from tests.autodiff import cases_of_windows as windows
from tests.autodiff.second_order import case
from tests.oracle import random

R = random
PICTURE = (R(2, 2, 4, 5), R(3, 2, 3, 3, seed=1), R(3, seed=2), (1, 1), ((1, 1), (0, 1)), (1, 1), 1)
DEPTHWISE = (R(2, 3, 6), R(3, 1, 3, seed=1), R(3, seed=2), (2,), ((1, 1),), (1,), 3)
PAINT = (
    R(2, 2, 3, 2), R(2, 3, 2, 2, seed=1), R(3, seed=2), (6, 4), (2, 2), ((0, 0),) * 2, (1, 1), 1
)  # fmt: skip
SAME_ARGUMENTS = (
    norm.FastLayerNormFunction, norm.FastGroupNormFunction, norm.FastRMSNormFunction,
    norm.FastBatchNormFunction, pool.FastMaxAlong, pool.FastMeanAlong,
)  # fmt: skip
CASES = [
    *(
        one._replace(function=fast)
        for fast in SAME_ARGUMENTS for one in (*layers.CASES, *windows.CASES)
        if one.function is fast.plain
    ),
    *(
        one._replace(function=attention.TiledAttentionFunction)
        for one in layers.CASES
        if one.function is attention.TiledAttentionFunction.plain and one.arguments[3] is None
    ),  # without a mask
    *(
        case(function, *PICTURE, oracle=windows.convolution)
        for function in (
            fft_conv.FFTConvolution, winograd.WinogradConvolution, conv.ShiftedConvolution,
            tiled_conv.TiledConvolution,
        )
    ),
    case(conv.DepthwiseConvolution, *DEPTHWISE, oracle=windows.convolution),
    case(conv_transpose.TiledTransposedConvolution, *PAINT, oracle=windows.transposed),
    case(
        lstm.FastLSTMFunction, R(6, 3), *sequences.weights(4), R(2, 2, seed=5), R(2, 2, seed=6),
        None, sequences.FULL, False, oracle=sequences.long_short,
    ),
]  # fmt: skip
