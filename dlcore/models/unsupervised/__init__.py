"""What learns from pictures without labels: machines with an energy, their stacks, bottlenecks."""

CHAPTERS = (9, 19)
READING_ORDER = ("rbm", "belief_net", "autoencoder", "quantizer")
