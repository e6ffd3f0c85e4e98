"""The tests: one file a module, and what they share in `conftest.py` and `fakes.py`."""
