"""Measurements, each a command: `make bench`, or `python -m benchmarks.slider`."""
