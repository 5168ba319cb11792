"""Slips in the solutions of chapter 19 that change nothing."""

NO_EDGE = "no two numbers differ by just 1e-9"
TWO_SIGNS = "two of them are multiplied, or taken from each other and squared"

CUT = "masked_loss: return t.transpose(2, 3).reshape(N, P, side * side)"
SURE = "what_lacks: sure = [mean > 2 * bar + 1e-09 for mean, bar in zip(means, bars)]"

EQUAL = {
    "19.3": {f"{CUT} → return -t.transpose(2, 3).reshape(N, P, side * side)": TWO_SIGNS},
    "19.4": {"stretch: return table → return -table": TWO_SIGNS},
    "19.5": {f"{SURE} → {SURE.partition(': ')[2].replace('>', '>=')}": NO_EDGE},
    "19.7": {
        f"shared_captions: goal = same / same.sum(0) → goal = same / same.sum({axis})": (
            "who matches whom is the same both ways"
        )
        for axis in (1, -1)
    },
}
