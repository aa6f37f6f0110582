"""The rating room: it asks people blinded questions and keeps their answers.

Knows nothing of models, endpoints, edits or scores, and never imports `vibes`: blinding is a fact of the import graph.
"""
