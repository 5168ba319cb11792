"""What is looked for beside a model, or with it."""

READING_ORDER = ("nearest",)
