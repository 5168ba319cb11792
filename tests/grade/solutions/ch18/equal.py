"""Slips in the solutions of chapter 18 that change nothing."""

NO_EDGE = "no two numbers differ by just 1e-9"
FLAT = "of its numbers only the sum is taken, whatever their shape"

P = "blanks_cost: p = joint.sum(rest).flatten() if rest else joint.flatten()"
LIMIT = "choose_limit: return ('refuse' if with_limit"
LIMITS = "without + 1e-09 else 'answer', limit, with_limit, without)"
SEEN = "[hit[:cut].mean() for hit in hits.values()]"

EQUAL = {
    "18.1": {
        "tied: to_logits = to_logits / count → to_logits /= count": "the table is its own",
    },
    "18.3": {
        f"choose_rule: seen = torch.stack({SEEN}) → seen = {SEEN}": (
            "three numbers are three numbers, as a list or as a tensor"
        ),
    },
    "18.5": {
        f"{P} → p = joint.sum(rest) if rest else joint.flatten()": FLAT,
        f"{P} → p = joint.sum(rest).flatten() if rest else joint": FLAT,
    },
    "18.6": {
        "choose_limit: doubt = doubt.tolist() → pass": "the numbers of a tensor are compared alike",
        "choose_limit: for candidate in sorted(doubt[:cut]): → "
        "for candidate in sorted(doubt[:]):": (
            "a limit between two doubts has the sum of the lower one, which comes first"
        ),
        "choose_limit: if total > most + 1e-09: → if total >= most + 1e-09:": NO_EDGE,
        f"{LIMIT} > {LIMITS} → return ('refuse' if with_limit >= {LIMITS}": NO_EDGE,
    },
    "18.7": {
        f"why_jumped: if {name} >= exact / 2 - 1e-09: → if {name} > exact / 2 - 1e-09:": NO_EDGE
        for name in ("even", "product")
    },
    "18.8": {
        "ahead: if abs(difference) > 2 * paired + 1e-09: → "
        "if abs(difference) >= 2 * paired + 1e-09:": NO_EDGE,
        "ahead: verdict = 'a' if difference > 0 else 'b' → "
        "verdict = 'a' if difference >= 0 else 'b'": "where it is 0, nobody is ahead",
    },
}
