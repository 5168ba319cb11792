"""What torch has under a name and dlcore leaves out, with the reason: one list per place.

A line holds for all its names. What is to be built moves from here into the package; a name that is
there and still listed fails tests/test_torch_names.py, as does one that is missing and not listed.
"""

DEPRECATED = ("size_average", "reduce")  # of the losses, since 2018: `reduction` says it

MODULES = {
    "read off from other layers in a line": """
        Softmin Softmax2d Tanhshrink Threshold ChannelShuffle UpsamplingBilinear2d
        UpsamplingNearest2d NLLLoss2d TripletMarginWithDistanceLoss
    """,
    "activations that no chapter tells of": "CELU RReLU Hardshrink Softshrink",
    "dropout for SELU alone": "AlphaDropout FeatureAlphaDropout",
    "pools that no chapter tells of": """
        FractionalMaxPool2d FractionalMaxPool3d LPPool1d LPPool2d LPPool3d MaxUnpool1d MaxUnpool2d
        MaxUnpool3d
    """,
    "sizes found at the first call: they hide what a reader has to count": """
        LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d LazyConv3d
        LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d LazyInstanceNorm1d
        LazyInstanceNorm2d LazyInstanceNorm3d LazyLinear
    """,
    "losses that no chapter tells of": """
        LinearCrossEntropyLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss PoissonNLLLoss
        SoftMarginLoss AdaptiveLogSoftmaxWithLoss
    """,
    "bags of words: an Embedding and a mean": "EmbeddingBag",
    "a bilinear form: an einsum": "Bilinear",
    "several processes: dlcore.training has them": "DataParallel SyncBatchNorm",
    "torch's inner parts": "Container CrossMapLRN2d RNNBase RNNCellBase",
}

FUNCTIONS = {
    "of a module that is left out": """
        alpha_dropout bilinear celu channel_shuffle embedding_bag feature_alpha_dropout
        fractional_max_pool2d fractional_max_pool3d hardshrink linear_cross_entropy lp_pool1d
        lp_pool2d lp_pool3d max_unpool1d max_unpool2d max_unpool3d multilabel_margin_loss
        multilabel_soft_margin_loss poisson_nll_loss rrelu soft_margin_loss softmin softshrink
        tanhshrink threshold triplet_margin_with_distance_loss native_channel_shuffle
    """,
    "the function itself has return_indices": """
        adaptive_max_pool1d_with_indices adaptive_max_pool2d_with_indices
        adaptive_max_pool3d_with_indices fractional_max_pool2d_with_indices
        fractional_max_pool3d_with_indices max_pool1d_with_indices max_pool2d_with_indices
        max_pool3d_with_indices
    """,
    "the function itself has inplace": """
        celu_ elu_ hardtanh_ leaky_relu_ relu_ rrelu_ selu_ threshold_
    """,
    "a chapter builds it when it needs it": "gumbel_softmax grid_sample affine_grid pdist",
    "MultiheadAttention has it": "multi_head_attention_forward",
    "interpolate has it": "upsample_bilinear upsample_nearest",
    "products of small number types": "grouped_mm scaled_grouped_mm scaled_mm",
    "torch's inner parts": """
        assert_int_or_pair boolean_dispatch conv_tbc handle_torch_function has_torch_function
        has_torch_function_unary has_torch_function_variadic
    """,
}

TENSOR = {
    "another name of a method that is there": """
        H adjoint arccos arccosh arcsin arcsinh arctan arctan2 arctanh
         conj fix ger greater greater_equal indices less less_equal mH
              not_equal positive real
        resolve_conj resolve_neg sgn take_along_dim tile
        true_divide values
    """,
    "sums and products that matmul, einsum or arithmetic say as well": """
        addbmm addcdiv addmv addr as_strided baddbmm corrcoef cov cross diag diag_embed diagflat
        diagonal diff dist dsplit fliplr flipud hsplit hypot inner kron lerp narrow_copy renorm
        rot90 split_with_sizes tensor_split trace unfold unsafe_chunk unsafe_split
        unsafe_split_with_sizes vdot vsplit
    """,
    "linear algebra, no chapter needs its gradient": """
        cholesky cholesky_inverse cholesky_solve det eig geqrf inverse logdet lstsq lu lu_solve
        matrix_exp matrix_power orgqr ormqr pinverse qr slogdet smm solve sspaddmm svd symeig
        triangular_solve
    """,
    "mathematics that no chapter uses": """
        acosh angle asinh atan2 atanh copysign cummax cummin deg2rad digamma erfc erfinv exp2
        float_power fmax fmin fmod frac frexp gcd heaviside i0 igamma igammac imag isneginf
        isposinf isreal istft lcm ldexp lgamma logaddexp2 logcumsumexp logit mvlgamma nan_to_num
        nanmean nanmedian nanquantile nansum nextafter polygamma rad2deg signbit sinc stft
    """,
    "order statistics and counting without a gradient: x.data has them": """
        aminmax argwhere histc histogram is_nonzero kthvalue median mode msort nonzero_static
        quantile unique unique_consecutive
    """,
    "putting numbers into places: scatter, and index_add do it": """
        apply_ as_strided_scatter cauchy_ diagonal_scatter fill_diagonal_ geometric_ index
        index_copy index_fill index_reduce log_normal_ map2_ map_ masked_scatter put random_
        scatter_reduce select_scatter slice_inverse slice_scatter take
    """,
    "whole numbers and bits: x.data has them": """
        bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor
        byte char logical_xor short
    """,
    "complex, sparse, quantised and float16 numbers, which Tensor has not": """
        ccol_indices cdouble cfloat chalf coalesce col_indices conj_physical crow_indices
        dense_dim dequantize half int_repr is_coalesced is_conj is_neg is_nested is_quantized
        is_sparse is_sparse_csr q_per_channel_axis q_per_channel_scales
        q_per_channel_zero_points q_scale q_zero_point qscheme resize_as_sparse_ row_indices
        sparse_dim sparse_mask sparse_resize_ sparse_resize_and_clear_ to_dense to_mkldnn
        to_padded_tensor to_sparse to_sparse_bsc to_sparse_bsr to_sparse_coo to_sparse_csc
        to_sparse_csr
    """,
    "memory and devices: ask x.data": """
        as_subclass const_data_ptr data_ptr dim_order element_size get_device grad_dtype
        hash_tensor ipu is_cpu is_distributed is_inference is_ipu is_maia is_meta
        is_mkldnn is_mps is_mtia is_pinned is_same_size is_set_to is_shared is_signed is_vulkan
        is_xla is_xpu itemsize layout module_load mtia nbytes new new_empty_strided pin_memory
        record_stream resize resize_ resize_as resize_as_ set_ share_memory_ storage
        storage_offset storage_type type untyped_storage xpu
    """,
    "torch.autograd's own: x.node says who made x": """
        detach_ grad_fn name output_nr register_hook register_post_accumulate_grad_hook
        reinforce retains_grad volatile
    """,
    "torch.nn.functional's, not a method here": """
        hardshrink prelu
    """,
}

OPTIMIZERS = {
    "not in chapter 10's line from SGD to AdamW, LAMB and Muon": """
        ASGD Adadelta Adafactor Adamax LBFGS NAdam RAdam Rprop SparseAdam
    """,
}

SCHEDULES = {
    "the base class is called Schedule": "LRScheduler",
    "several schedules at once multiply anyway": "ChainedScheduler MultiplicativeLR",
    "restarts: SequentialLR of several cosines": "CosineAnnealingWarmRestarts",
}

ARGUMENTS = {  # of which class or function: which arguments
    "Embedding": "max_norm norm_type scale_grad_by_freq sparse _weight _freeze",
    "embedding": "max_norm norm_type scale_grad_by_freq sparse",
    "Hardtanh": "min_value max_value",
    "softmax": "_stacklevel dtype",
    "log_softmax": "_stacklevel dtype",
    "normalize": "out",
    "mse_loss": "weight",
    "l1_loss": "weight",
    "huber_loss": "weight",
    "Adam": "amsgrad maximize decoupled_weight_decay",
    "AdamW": "amsgrad maximize",
    "Adagrad": "maximize",
    "RMSprop": "maximize",
    "CyclicLR": "scale_fn scale_mode",
}
OF_TORCHS_WAYS = (  # of optimisers and schedules: how torch runs them, or goes on after a stop
    "foreach", "fused", "capturable", "differentiable", "last_epoch",
)  # fmt: skip
OTHER_DEFAULTS = {  # torch guesses an axis from the shape and warns; a list and a tuple are alike
    "LogSoftmax": "dim", "Softmax": "dim", "softmax": "dim", "log_softmax": "dim",
    "ModuleList": "modules", "ParameterList": "values",
}  # fmt: skip
