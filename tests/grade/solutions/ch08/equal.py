"""Slips in the solutions of chapter 8 that change nothing."""

SIGNS = "both numbers are +1 or -1, and 1 / t is t"
SHAPE = "only the shape of the column counts"
TURNED = "the turned features have the same inner products"
MIRROR = "the worst stump is the best one turned round, and the loss is the same"
BORDER = "at the threshold the weight is 0 by either branch"
ORDER = "the inner product does not depend on the order"
THROUGH = "the best path passes through every moment"

PULL = "elastic_step: pull = float(column @ (y - x @ w + column * w[j])) / len(x)"
STUMPS = "low in lows for side in (1, -1)]"
BEST = "best = min(stumps, key=lambda stump: float(now[stump"
TOP = "through = (torch.stack(ahead) + torch.stack(back[::-1])).topk(2"

EQUAL = {
    "8.2": {
        f"{PULL} → pull = float((y - x @ w + column * w[j]) @ column) / len(x)": ORDER,
        "elastic_step: if abs(pull) <= alpha: → if abs(pull) < alpha:": BORDER,
        "elastic_step: return 0.0 → return -0.0": "0 has no sign",
    },
    "8.3": {
        "soft_margin_slopes: pull = 2 * short * t / len(x) → pull = 2 * short / t / len(x)": SIGNS
    },
    "8.4": {
        "features: columns = [torch.full_like(x[:, 0], c)]"
        " → columns = [torch.full_like(x[:, -1], c)]": SHAPE,
        "features: return torch.stack(columns, 1) → return -torch.stack(columns, 1)": TURNED,
    },
    "8.5": {
        "unseen_error: counts[votes[tree, n]] += 1 → counts[votes[tree, n]] += 2": (
            "twice the votes for each class have the same winner"
        )
    },
    "8.6": {
        f"boosted_loss: stumps = [side * (2.0 * low - 1) for {STUMPS}"
        f" → stumps = [side / (2.0 * low - 1) for {STUMPS}": SIGNS,
        f"boosted_loss: {BEST} != t].sum())) → {BEST} == t].sum()))": MIRROR,
    },
    "8.8": {
        "two_best: for symbol in word[1:].flip(0): → for symbol in word[1:].flip(-1):": (
            "a word has one axis"
        ),
        f"two_best: {TOP}, dim=1).values → {TOP}).values": "axis 1 is the last one",
        "two_best: return (through[0, 0], through[:, 1].max())"
        " → return (through[-1, 0], through[:, 1].max())": THROUGH,
    },
}
