"""Slips in the solutions of chapter 10 that change nothing."""

ORDER = "the inner product does not depend on the order"
STABLE = "torch sorts so few numbers stably in any case"
NEVER = "two κ of the cases are equal but for rounding, or far from each other"

EQUAL = {
    "10.3": {
        "drift: long = long + g ** 2 → long += g ** 2": "nobody else holds the sum",
    },
    "10.6": {
        "steepest: return slopes / (slopes.norm() if slopes.any() else 1.0)"
        f" → return slopes / (slopes.norm() if slopes.any() else {other})": "0 by any number is 0"
        for other in ("-1.0", "2.0")
    },
    "10.8": {
        "after_trials: order = held.argsort(stable=True) → order = held.argsort()": STABLE,
        "after_trials: order = held.argsort(stable=True)"
        " → order = held.argsort(stable=False)": STABLE,
        "after_trials: return (chances @ held[order], chances @ test[order])"
        " → return (held[order] @ chances, chances @ test[order])": ORDER,
        "after_trials: return (chances @ held[order], chances @ test[order])"
        " → return (chances @ held[order], test[order] @ chances)": ORDER,
    },
    "10.10": {
        f"helps: if abs(after - before) <= 1e-06 * before: → if {slip}:": NEVER
        for slip in (
            "abs(after - before) < 1e-06 * before",
            "abs(after - before) <= 1e-06 / before",
            "abs(after - before) <= 1e-06",
        )
    }
    | {
        "helps: return ('helps' if after < before else 'hurts', before, after)"
        " → return ('helps' if after <= before else 'hurts', before, after)": NEVER
    },
}
