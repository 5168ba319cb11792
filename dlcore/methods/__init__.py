"""What is done to a model, or asked of its data, a folder for each kind of action."""

READING_ORDER = ("measure", "prepare", "adapt", "decode", "search", "export")
