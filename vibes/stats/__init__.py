"""The statistics: arrays in, frozen results out.

In: a `JudgementFrame` (one row a judgement) and the counts of text features, as columns and arrays.
Out: `vibes.stats.results.Report`, plain numbers with their intervals, n, unit and kind.
Never: reads a file, a clock or a setting; draws a number without a passed-in seed; rounds; takes both-bad for a
tie; centres a covariate. What each figure means stands in docs/statistics.md.
"""
