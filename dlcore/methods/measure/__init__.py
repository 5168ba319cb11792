"""What a model, or its data, can and cannot do, or what it costs, as a number."""

READING_ORDER = (
    "separability", "calibration", "ranking", "operations", "overlap", "detection", "bleu", "rouge",
    "spans", "answers", "perplexity", "analogies", "word_error", "frechet", "judge", "heads",
    "sliced",
)  # fmt: skip
