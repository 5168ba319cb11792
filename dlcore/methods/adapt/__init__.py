"""What makes a trained model serve another task, another domain, or somebody's wishes."""

READING_ORDER = ("lora", "discrepancy", "inner_steps", "preference", "verifiable")
