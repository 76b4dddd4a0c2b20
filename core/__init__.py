"""The lab without a browser: nets, data, training, the store and the command line."""

__version__ = "0.1.0"
