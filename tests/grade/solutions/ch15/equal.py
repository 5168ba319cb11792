"""Slips in the solutions of chapter 15 that change nothing."""

SURPLUS = "nobody reads the number behind the last one, and without a phrase all are 0"

EQUAL = {
    "15.2": {
        "spot: row = [0] * (len(transcript) + 1) → row = [0] * (len(transcript) + 2)": SURPLUS,
    },
}
