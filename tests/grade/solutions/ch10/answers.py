"""Solutions of the exercises of chapter 10: one right, five wrong each."""

WRONG: dict = {}  # TODO
