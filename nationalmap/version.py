"""Version of the package, part of every run-id."""

__version__ = "0.1.0"
