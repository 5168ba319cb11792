"""Slips of chapter 3 that change nothing."""

EQUAL = {
    "3.3": {
        "first_wrong_slope: if abs(claimed[i] - slope) > 0.01 * abs(slope) + 1e-05: → "
        "if abs(claimed[i] - slope) >= 0.01 * abs(slope) + 1e-05:": "a limit that is never met"
    },
    "3.7": {
        "two_ways: alone = alone - part / len(x) * (row @ alone - target) * row → "
        "alone = alone - part / len(x) * (alone @ row - target) * row": "the same product"
    },
    "3.8": {
        f"tape_slopes: for place in range(len(tape) - 1, -1, -1): → for place in {walk}:": (
            "inputs have no parents"
        )
        for walk in (
            "range(len(tape) - 1, -1 + 1, -1)",
            "range(len(tape) - 1, 1, -1)",
            "range(len(tape) - 1, -0, -1)",
        )
    },
}
