"""Measurements of speed and quality. `python -m benchmarks --help` lists them; results are printed, not asserted."""
