"""Slips of chapter 4 that change nothing."""

STEP = "best_guesses: y = y + 0.1 * (t - y).clamp(-delta, delta).mean() → "

EQUAL = {
    "4.4": {
        **{
            f"best_guesses: for _ in range(2000): → for _ in range({steps}):": "it is there before"
            for steps in ("2000 + 1", "2000 - 1", "2001", "1999")
        },
        STEP + "y += 0.1 * (t - y).clamp(-delta, delta).mean()": "the mean is a tensor of its own",
        STEP + "y = y + 0.2 * (t - y).clamp(-delta, delta).mean()": "a faster way to the same",
    },
}
