"""Measurements; ``python -m benchmarks`` runs everything that is compared with another program."""
