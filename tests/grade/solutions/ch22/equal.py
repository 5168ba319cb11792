"""Slips in the solutions of chapter 22 that change nothing."""

NO_EDGE = "no two numbers differ by just 1e-9"
OWN = "the tensor is its own"
ROWS = "all rows are of one size"

STILL = "select: still, gone = (1e-06 / rate, 50 / rate)"
SAYS = (
    "{'replace': (gone, 1 / gone, 1.0), 'add': (still, 1 / still, 1.0), 'pass': (0.0, 0.0, 1.0), "
    "'forget': (gone, 0.0, %s), 'hide': (0.0, 0.0, 0.0)}"
)
SORT = "dispatch: chosen = shares.sort(dim=1, descending=True, stable=True).indices[:, :k]"
LEARNED = "why_recalled: learned = [n for n in starts if own[n] %s (1 + chance) / 2 - 1e-09]"
LOST = (
    "why_recalled: lost = [sum((part[n] %s (own[n] + chance) / 2 - 1e-09 for n in learned)) "
    "for part in without]"
)
GOOD = "choose_hybrid: good = [n for n in fits if means[n] %s means[best] - bar - 1e-09]"
NOTHING = "choose_hybrid: return (-1, 0, 0.0)"


def slip(line, before, after):
    return f"{line % before} → {(line % after).split(': ', 1)[1]}"


EQUAL = {
    "22.2": {
        "gated: state = torch.zeros_like(x[0]) → state = torch.zeros_like(x[-1])": ROWS,
        "gated: state = state + g[t] * (x[t] - state) → state += g[t] * (x[t] - state)": OWN,
        "gated: reached, r = (torch.zeros_like(x), torch.zeros_like(x[0])) → "
        "reached, r = (torch.zeros_like(x), torch.zeros_like(x[-1]))": ROWS,
        "gated: r = r + grad[t] → r += grad[t]": OWN,
    },
    "22.3": {
        f"{STILL} → still, gone = (1e-06, 50 / rate)": "1e-6 is small enough for every rate",
        f"{STILL} → still, gone = (1e-06 / rate, 51 / rate)": "exp(-50) is as good as 0",
        f"{STILL} → still, gone = (1e-06 / rate, 49 / rate)": "exp(-49) is as good as 0",
        f"select: says = {SAYS % '1.0'} → says = {SAYS % '-1.0'}": "the state is empty",
        f"select: says = {SAYS % '1.0'} → says = {SAYS % '2.0'}": "the state is empty",
    },
    "22.4": {slip(LEARNED, ">=", ">"): NO_EDGE, slip(LOST, "<", "<="): NO_EDGE},
    "22.5": {
        "table_errors: total = total + value[:, None] * key → total += value[:, None] * key": OWN,
        "table_errors: table = table + (value - table @ key)[:, None] * key → "
        "table += (value - table @ key)[:, None] * key": OWN,
    },
    "22.6": {
        "read_text: surprise, answers = (torch.zeros_like(table), torch.zeros_like(values)) → "
        "surprise, answers = (table, torch.zeros_like(values))": "both are 0 at first",
    },
    "22.7": {
        "dispatch: rooms = math.ceil(factor * M * k / E - 1e-09) → "
        "rooms = factor * M * k / E - 1e-09": "who counts down while it is above 0 rounds up",
        f"{SORT} → chosen = shares.sort(descending=True, stable=True).indices[:, :k]": (
            "a table is sorted along its last axis"
        ),
        f"{SORT} → chosen = shares.sort(dim=1, descending=True).indices[:, :k]": (
            "so few numbers keep their order in any case"
        ),
        f"{SORT} → chosen = shares.sort(dim=1, descending=True, stable=False).indices[:, :k]": (
            "so few numbers keep their order in any case"
        ),
        "dispatch: picked = picked / picked.sum(1, keepdim=True) → "
        "picked /= picked.sum(1, keepdim=True)": OWN,
    },
    "22.9": {
        f"{NOTHING} → return (-1, -0, 0.0)": "minus 0 is 0",
        f"{NOTHING} → return (-1, 0, -0.0)": "minus 0 is 0",
        slip(GOOD, ">=", ">"): NO_EDGE,
    },
}
