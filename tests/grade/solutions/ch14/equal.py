"""Slips in the solutions of chapter 14 that change nothing."""

OWN = "it belongs to the function"
FEW = "torch leaves few equal numbers in their order anyhow"
BELOW = "every score and every IoU is above it as well"
DOWN = "int rounds down, and no middle is below 0"
ONE_AXIS = "there is one axis"

ACROSS = "torch.minimum(sides[..., 0], half[..., 0] - gap).clamp(min=0)"
TURN = "hits: for i in scores.argsort(descending=True"
TAKEN, BEST = "overlap[i], -1.0).argmax()] = False", "soft_nms: best = torch.where(waiting, scores"
FADES = "1 - overlap[best][fading]"
CELL = "encode: column, row = (int(x // stride), int(y // stride)) → column, row ="

EQUAL = {
    "14.1": {f"panorama_iou: across = across + {ACROSS} → across += {ACROSS}": OWN},
    "14.2": {
        f"{TURN}, stable=True): → for i in scores.argsort(descending=True):": FEW,
        f"{TURN}, stable=True): → for i in scores.argsort(descending=True, stable=False):": FEW,
        f"hits: free[torch.where(free, {TAKEN}"
        " → free[torch.where(free, overlap[i], -2.0).argmax()] = False": BELOW,
    },
    "14.3": {
        f"{BEST}, -1.0).argmax() → best = torch.where(waiting, scores, -2.0).argmax()": BELOW,
        f"soft_nms: scores[fading] = scores[fading] * ({FADES}) → scores[fading] *= {FADES}": OWN,
    },
    "14.4": {
        f"{CELL} (int(x / stride), int(y // stride))": DOWN,
        f"{CELL} (int(x // stride), int(y / stride))": DOWN,
    },
    "14.6": {"best_mask: shared = cells.cumsum(0) → shared = cells.cumsum(-1)": ONE_AXIS},
}
