"""What is done to data before a model sees it."""

READING_ORDER = (
    "features", "scaling", "balance", "labels", "synthetic", "bpe", "spectrogram", "companding",
    "cloze",
)  # fmt: skip
