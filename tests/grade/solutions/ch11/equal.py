"""Slips in the solutions of chapter 11 that change nothing."""

FIRST = "the first loss that is a number is kept in its place"
RENEWS = "the first loss that is a number sets a mark, and training never ends before it"
EMPTY = "a row of length 0 has empty slices"
ORDER = "the inner product does not depend on the order"
APART = "no factor is exactly as large as the largest that can be borne"
AGAIN = "the same group is only treated more often"
PLACES = "classes that nobody has get no votes, and never win alone"

START = "stop: kept, mark, waited = (0, math.inf, 0) → kept, mark, waited = "
OWN = "ragged_back: if own > 0: → if "
CURE = "shift: cure = 'nothing' if before <= most else 'centre' if after <= most else 'drop less'"
VOTES = "twins: votes = torch.bincount(labels[group == first] + 1, minlength="

EQUAL = {
    "11.1": {
        f"{START}(1, math.inf, 0)": FIRST,
        f"{START}(-1, math.inf, 0)": FIRST,
        f"{START}(0, math.inf, -1)": RENEWS,
    },
    "11.5": {f"{OWN}{slip}:": EMPTY for slip in ("True", "own >= 0", "own > -1")},
    "11.6": {
        "shift: noise = p / (1 - p) * (inputs ** 2).mean(0) @ w ** 2"
        " → noise = w ** 2 @ (p / (1 - p) * (inputs ** 2).mean(0))": ORDER,
        f"{CURE} → cure = 'nothing' if before < most"
        " else 'centre' if after <= most else 'drop less'": APART,
        f"{CURE} → cure = 'nothing' if before <= most"
        " else 'centre' if after < most else 'drop less'": APART,
    },
    "11.10": {
        "twins: for first in group.unique(): → for first in group:": AGAIN,
        f"{VOTES}4)[1:] → {VOTES[7:]}5)[1:]": PLACES,
        f"{VOTES}4)[1:] → {VOTES[7:]}3)[1:]": PLACES,
    },
}
