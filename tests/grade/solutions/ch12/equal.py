"""Slips in the solutions of chapter 12 that change nothing."""

WHOLE = "groups divide the maps"
SINGLE = "a linear layer has one number"
EMPTY = "a part behind the last one is empty and nobody asks for it"
OWN = "the zeros are the function's own"
LEVEL = "within as many guesses as classes nobody is wrong, so the lead there is 0"
NONE = "without a guess, and with one for each class, both sides are level"

WEIGHTS = "count_net: weights = maps * (channels // groups) * kernel ** 2"
PARTS = "who_sees_whom: parts = [set().union(*sees[g * old:g * old + old]) for g in range(groups"
SIDES = "who_leads: ahead, behind = (max(leads.max(), 0.0), max((-leads).max(), 0.0))"
COUNT = "(rank > k).double().mean() for k in range("
WITHIN = f"who_leads: return torch.stack([{COUNT}1, shares.shape[1] + 1)])"

EQUAL = {
    "12.1": {
        f"{WEIGHTS} → weights = maps * (channels / groups) * kernel ** 2": WHOLE,
        "count_net: units = numbers[0] → units = numbers[-1]": SINGLE,
    },
    "12.2": {f"{PARTS})] → {PARTS.split(': ')[1]} + 1)]": EMPTY},
    "12.6": {
        "branch_slopes: for_x = for_x + torch.einsum('oc,nohw->nchw', w, part) → "
        "for_x += torch.einsum('oc,nohw->nchw', w, part)": OWN
    },
    "12.9": {
        f"{SIDES} → ahead, behind = (leads.max(), max((-leads).max(), 0.0))": LEVEL,
        f"{SIDES} → ahead, behind = (max(leads.max(), 0.0), (-leads).max())": LEVEL,
        f"{WITHIN} → return torch.stack([{COUNT.replace('>', '>=')}1, shares.shape[1] + 1)])": NONE,
        f"{WITHIN} → return torch.stack([{COUNT}1, shares.shape[1] + 1 + 1)])": LEVEL,
        f"{WITHIN} → return torch.stack([{COUNT}0, shares.shape[1] + 1)])": NONE,
        f"{WITHIN} → return torch.stack([{COUNT}1, shares.shape[1] + 2)])": LEVEL,
    },
}
