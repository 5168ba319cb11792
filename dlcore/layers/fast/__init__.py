"""Faster ways to the same results, which chapter 30 teaches; the plain ways are the book's."""

from dlcore.autodiff.faster import register
from dlcore.layers.fast.attention import TiledAttentionFunction
from dlcore.layers.fast.conv import DepthwiseConvolution, ShiftedConvolution
from dlcore.layers.fast.conv_transpose import TiledTransposedConvolution
from dlcore.layers.fast.fft_conv import FFTConvolution
from dlcore.layers.fast.lstm import FastLSTMFunction
from dlcore.layers.fast.norm import (
    FastBatchNormFunction,
    FastGroupNormFunction,
    FastLayerNormFunction,
    FastRMSNormFunction,
)
from dlcore.layers.fast.pool import FastMaxAlong, FastMeanAlong
from dlcore.layers.fast.product import OneDNNProduct
from dlcore.layers.fast.statespace import ChunkedScanFunction, FFTLongConvolution
from dlcore.layers.fast.tiled_conv import TiledConvolution
from dlcore.layers.fast.winograd import WinogradConvolution

register(  # the first that suits is taken
    OneDNNProduct,
    FFTConvolution,
    WinogradConvolution,
    DepthwiseConvolution,
    ShiftedConvolution,
    TiledConvolution,
    TiledTransposedConvolution,
    FastLSTMFunction,
    TiledAttentionFunction,
    ChunkedScanFunction,
    FFTLongConvolution,
    FastMaxAlong,
    FastMeanAlong,
    FastBatchNormFunction,
    FastLayerNormFunction,
    FastGroupNormFunction,
    FastRMSNormFunction,
)

READING_ORDER = (
    "finite", "product", "tiled_conv", "winograd", "fft_conv", "conv", "conv_transpose", "pool",
    "norm", "lstm", "attention", "statespace",
)  # fmt: skip
