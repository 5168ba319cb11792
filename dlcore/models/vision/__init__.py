"""Models of pictures."""

CHAPTERS = (12, 13, 14, 19)
READING_ORDER = ("vit",)
