"""1943–1982: units with a threshold, and the first that learn."""

CHAPTERS = (1, 2)
READING_ORDER = ("neuron", "hebb", "snarc", "hopfield", "perceptron")
