"""Slips in the solutions of chapter 17 that change nothing."""

NO_EDGE = "no number differs from a demand by just 1e-9"
ONE_AXIS = "a list has one axis, the first and the last"
WHOLE = "it can be divided without a rest"

FITS = "choose_norm: fits = tuple((a"
DEMAND = "- 1e-09 for a, b in numbers))"
PADS = "read_batch: p = scores.softmax(2).masked_fill("
SEEN = "(sees[:, :, None] & known).any(1)"
TO = "hidden = torch.ones_like(scores"
HIDDEN = f"write: {TO}"
MOVED = "v[others] - y).norm())"

EQUAL = {
    "17.4": {
        f"{FITS} >= arrive - 1e-09 and b >= say {DEMAND} → "
        f"fits = tuple((a > arrive - 1e-09 and b >= say {DEMAND}": NO_EDGE,
        f"{FITS} >= arrive - 1e-09 and b >= say {DEMAND} → "
        f"fits = tuple((a >= arrive - 1e-09 and b > say {DEMAND}": NO_EDGE,
    },
    "17.5": {
        "why_looked: y = z.softmax(0) @ v → y = z.softmax(-1) @ v": ONE_AXIS,
        f"why_looked: moved.append((z[others].softmax(0) @ {MOVED} → "
        f"moved.append((z[others].softmax(-1) @ {MOVED}": ONE_AXIS,
        "why_looked: for place in range(len(z)): → for place in range(len(z) + 1):": (
            "a place that is not there moves nothing, as the last one"
        ),
    },
    "17.7": {
        f"{PADS}(padded | later).all(2, keepdim=True), 0.0) → "
        "p = scores.softmax(2).masked_fill(padded | later, 0.0)": (
            "what is hidden has no weight, or stands in a row that is hidden as a whole"
        ),
    },
    "17.8": {
        "costs: narrow = width // heads * groups → narrow = width / heads * groups": WHOLE,
        "costs: seen = few * (few + 1) // 2 + (places - few) * few → "
        "seen = few * (few + 1) / 2 + (places - few) * few": WHOLE,
        "costs: length = price // width → length = price / width": WHOLE,
        "costs: if window and length > window: → if window and length >= window:": (
            "for a length that is the window both formulas give the same"
        ),
    },
    "17.10": {
        f"{HIDDEN}[0], dtype=torch.bool).triu(1 + start) → {TO}[-1], dtype=torch.bool)"
        ".triu(1 + start)": "the scores of all heads have one shape",
    },
    "17.9": {
        "reach: places = masks.shape[1] → places = masks.shape[2]": "masks are square",
        f"reach: known = known | {SEEN} → known |= {SEEN}": (
            "what is added is computed before it is added"
        ),
    },
}
