"""Slips in the solutions of chapter 5 that change nothing."""

GRID = "one point more or less on a grid that is fine enough"
BORDER = "v is either all zeros or far longer than any of these borders"
SUMS = "for_W is the function's own"

EQUAL = {
    "5.4": {
        "through_time: for_W = for_W + torch.outer(delta, states[t - 1])"
        " → for_W += torch.outer(delta, states[t - 1])": SUMS
    },
    "5.6": {
        f"weight_spread: z = torch.linspace(-8, 8, 1601) → z = torch.linspace(-8, 8, {count})": GRID
        for count in (1600, 1602)
    },
    "5.7": {
        f"square_profile: z = torch.linspace(-8, 8, 401) → z = torch.linspace(-8, 8, {count})": GRID
        for count in (400, 402)
    },
    "5.8": {
        f"turn_to_axis: if v.norm() < 1e-12 * u.norm(): → if v.norm() {rest}:": BORDER
        for rest in ("<= 1e-12 * u.norm()", "< 1e-12 / u.norm()", "< 1e-12")
    },
}
