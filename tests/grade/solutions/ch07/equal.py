"""Slips in the solutions of chapter 7 that change nothing."""

EQUAL = {
    "7.1": {
        "run_jordan: return torch.stack(outputs) → return outputs": (
            "a list of rows is as good as a table"
        )
    },
    "7.2": {
        f"latch_unit: return (50, 52, 0) → return {weights}": "one more of the many right answers"
        for weights in ("(50, 52, -0)", "(49, 52, 0)", "(50, 53, 0)")
    },
}
