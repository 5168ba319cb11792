"""Slips in the solutions of chapter 16 that change nothing."""

NUMBERS = "tensors of one number are compared and multiplied like numbers"
FACTOR = "one factor for all puts no pair in another order"
DIFFERENT = "only pairs with different marks get here"
NO_EDGE = "no two differ by just 1e-9"

HITS = "hits / (said.total() + wanted.total()) if hits else 0.0"
APART = "choose: apart = x - y if mine"
HALF = "choose: order.append(0.5 if abs(apart)"
LETTERS = "choose: return ('letters' if by_letters"

EQUAL = {
    "16.7": {"compare: first, then = (first.tolist(), then.tolist()) → pass": NUMBERS},
    "16.9": {
        f"choose: return 2 * {HITS} → return 3 * {HITS}": FACTOR,
        f"choose: return 2 * {HITS} → return 1 * {HITS}": FACTOR,
        f"{APART} > other else y - x → apart = x - y if mine >= other else y - x": DIFFERENT,
        f"{HALF} < 1e-09 else float(apart > 0)) → order.append(0.5 if abs(apart) <= 1e-09 else "
        "float(apart > 0))": NO_EDGE,
        f"{HALF} < 1e-09 else float(apart > 0)) → order.append(0.5 if abs(apart) < 1e-09 else "
        "float(apart >= 0))": NO_EDGE,
        f"{LETTERS} > by_words + 1e-09 else 'words', by_words, by_letters) → return ('letters' if "
        "by_letters >= by_words + 1e-09 else 'words', by_words, by_letters)": NO_EDGE,
    },
}
