"""Measurements: each module is one, run as `python -m bench.NAME`, and prints one JSON object as its last line.

In: the project as it stands. Out: figures for README. Never: imported by the product, or run by the tests.
"""
