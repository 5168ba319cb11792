"""1980–1998: nets of many layers that learn backwards."""

CHAPTERS = (3, 4, 5, 6, 7)
READING_ORDER = ("mlp", "neocognitron", "lenet")
