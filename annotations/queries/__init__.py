"""Reads of the rating room. Nothing here writes."""
