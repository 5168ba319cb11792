"""Slips in the solutions of chapter 13 that change nothing."""

DIVIDES = "it divides without a rest"
ONE_FACTOR = "all strengths are divided by their sum"
OWN = "b belongs to the function"
NO_TIE = "no drawn number stands on the border, where rounding errors would decide"
STAYS = "the chance is 0 before the factor falls below 0, and stays so"

SEEN = "dense_block: seen = layers * channels + growth * (layers * (layers - 1)"
LEFT = "merit: left.append(left[k] * max(n - count - k, 0) / (n - k))"
SAID = "merit: return ('search' if chance"

EQUAL = {
    "13.2": {
        "path_lengths: strengths = [1.0] → strengths = [-1.0]": ONE_FACTOR,
        "path_lengths: strengths = [1.0] → strengths = [2.0]": ONE_FACTOR,
    },
    "13.3": {f"{SEEN} // 2) → {SEEN.split(': ')[1]} / 2)": DIVIDES},
    "13.5": {
        "fastest: places = (side // stride) ** 2 → places = (side / stride) ** 2": DIVIDES,
        "fastest: weights = kernel ** 2 * before * after // groups"
        " → weights = kernel ** 2 * before * after / groups": DIVIDES,
    },
    "13.6": {
        "grow: if nearest < 0.9 * wide: → if nearest <= 0.9 * wide:": NO_TIE,
    },
    "13.7": {
        f"{LEFT} → left.append(left[k] * (n - count - k) / (n - k))": STAYS,
        f"{LEFT} → left.append(left[k] * max(n - count - k, -1) / (n - k))": STAYS,
        f"{SAID} < 0.05 else 'chance', expected, chance)"
        f" → {SAID.split(': ')[1]} <= 0.05 else 'chance', expected, chance)": NO_TIE,
    },
    "13.8": {"vote: b = b + (votes * v).sum(2) → b += (votes * v).sum(2)": OWN},
}
