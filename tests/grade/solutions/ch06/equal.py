"""Slips in the solutions of chapter 6 that change nothing."""

WHOLE = "numbers are compared by value, and the division has no rest"
ONLY = "there is one picture and one map, so the first is also the last"
SQUARE = "windows are square"
THRESHOLD = "any threshold above 1 does"
LOWEST = "of the thresholds that will do, the lowest leaves the fewest to humans"
ROOM = "the room for rounding errors is never hit"
KERNEL = "one more of the many kernels that meet all demands"

SPOT = "one_kernel: spot[0, 0, rows - 1, columns - 1] = 1 → spot"
ZEROS = "2 * rows - 1, 2 * columns - 1, dtype=first.dtype)"
TURN = "torch.nn.functional.conv2d(y, second[None, None])"
CHOICE = "best = min(best, (threshold, 1 - read.double().mean().item())"
CHOOSE = f"choose_threshold: {CHOICE}, key=lambda pair: pair[1]) → {CHOICE}"
GOOD = "if right[read].double().mean()"
PIXEL = "if rows else slice(None), slice(None) if rows else place] ="
MEAN = "motion_kernel: return kernel - kernel.mean(0) → return kernel - kernel.mean"
SHIFT = "(t - 1) * (rows + columns)"

EQUAL = {
    "6.2": {
        "parameter_counts: unshared = shared * units // maps → unshared = shared * units / maps": (
            WHOLE
        )
    },
    "6.3": {
        f"one_kernel: spot = torch.zeros(1, 1, {ZEROS} → spot = torch.zeros(2, 1, {ZEROS}": ONLY,
        f"{SPOT}[-1, 0, rows - 1, columns - 1] = 1": ONLY,
        f"{SPOT}[0, -1, rows - 1, columns - 1] = 1": ONLY,
        f"one_kernel: return {TURN}[0, 0].flip(0, 1) → return {TURN}[-1, 0].flip(0, 1)": ONLY,
        f"one_kernel: return {TURN}[0, 0].flip(0, 1) → return {TURN}[0, -1].flip(0, 1)": ONLY,
    },
    "6.5": {
        "pool_backward: i, j = divmod(int(window.argmax()), window.shape[1])"
        " → i, j = divmod(int(window.argmax()), window.shape[0])": SQUARE
    },
    "6.7": {
        "choose_threshold: best = (2.0, 1.0) → best = (4.0, 1.0)": THRESHOLD,
        "choose_threshold: for threshold in sorted(confidence.tolist()):"
        " → for threshold in confidence.tolist():": LOWEST,
        f"choose_threshold: {GOOD} >= accuracy - 1e-09: → {GOOD} > accuracy - 1e-09:": ROOM,
        f"{CHOOSE})": LOWEST,
        f"{CHOOSE}, key=lambda pair: pair[0])": LOWEST,
    },
    "6.8": {
        "motion_kernel: kernel = torch.zeros(3, 3, 3) → kernel = torch.zeros(3, 4, 3)": KERNEL,
        "motion_kernel: kernel = torch.zeros(3, 3, 3) → kernel = torch.zeros(3, 3, 4)": KERNEL,
        "motion_kernel: for t in range(3): → for t in range(3 - 1):": KERNEL,
        "motion_kernel: for t in range(3): → for t in range(2):": KERNEL,
        f"motion_kernel: place = 1 + {SHIFT} → place = 0 + {SHIFT}": KERNEL,
        f"motion_kernel: kernel[t, place {PIXEL} 1"
        " → kernel[t, place if rows else slice(None), None if rows else place] = 1": KERNEL,
        f"motion_kernel: kernel[t, place {PIXEL} 1 → kernel[t, place {PIXEL} 2": KERNEL,
        f"{MEAN}(1)": KERNEL,
        f"{MEAN}(-1)": KERNEL,
    },
}
