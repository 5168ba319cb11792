"""What else learns from data, from least squares to hidden Markov models."""

CHAPTERS = (8,)
READING_ORDER = (
    "least_squares", "lasso", "kernels", "svm", "tree", "forest", "boosting", "gaussian_process",
    "hidden_markov",
)  # fmt: skip
