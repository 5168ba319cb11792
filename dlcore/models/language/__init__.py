"""Models of words, and of whatever can be written as words."""

CHAPTERS = (16, 17, 18, 20, 21, 22)
READING_ORDER = ("gpt", "bert")
