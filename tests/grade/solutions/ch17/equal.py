"""Slips in the solutions of chapter 17 that change nothing."""

EQUAL: dict[str, dict[str, str]] = {}
