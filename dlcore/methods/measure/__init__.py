"""What a model, or its data, can and cannot do, as a number."""

READING_ORDER = ("separability", "calibration")
