"""Slips of chapter 2 that change nothing."""

XOR = "xor_net: return ([[1, 1], [1, 1]], thresholds, [1, -1], 0.5) → return "
SAME = "the same product"

EQUAL = {
    "2.2": {
        XOR + "([[1, 1], [1, 1]], thresholds, [1, -2], 0.5)": "a sum of -1 is as silent as 0",
        XOR + "([[1, 1], [1, 1]], thresholds, [1, -1], 1.0)": "the sum of 1 reaches it, too",
    },
    "2.4": {
        "averaged_pass: if target * (w @ point + b) <= 0: → if target * (point @ w + b) <= 0:": SAME
    },
    "2.5": {
        "train: if torch.sign(w @ point + b) != target: → "
        "if torch.sign(point @ w + b) != target:": SAME,
        "train: w = w + target * point → w += target * point": "in place, in a tensor of its own",
        "train: b = b + float(target) → b += float(target)": "the same in Python",
    },
    "2.7": {
        "mistakes_when_scaled: if target * (w @ point) <= 0: → if target * (point @ w) <= 0:": SAME
    },
}
