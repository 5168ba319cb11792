"""How a model's probabilities become a text."""

READING_ORDER = ("ctc", "beam", "likelihood", "vote", "outcomes", "speculative")
