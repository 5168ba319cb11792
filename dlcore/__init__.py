"""Deep learning by hand: layers with their forward and backward pass written out."""

from importlib.metadata import version

__version__ = version("dlcore")
