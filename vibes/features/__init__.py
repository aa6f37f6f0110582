"""A text in, named counts out.

In: one answer's Markdown. Out: counts with a name, a family (length, formatting, tone, stance, manner), a unit, a version
and a reference standard deviation, from one parse, the same that `annotations.rendering` shows to raters.

Never: a model, a network, a threshold, a difference between two answers (that is `vibes.stats`), a score that merges
tone with stance, or an import of Django.
"""
