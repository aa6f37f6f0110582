"""Cues: one thing changed in an answer, planted at random on one side, and what that does to the verdict.

In: a `JudgementFrame` with planted and unplanted variants of the same matchups.
Out: for each cue C, T1, T2, T1a*, its curve and its finding, each kind "randomised"; C on own and on others' prompts.
Never: selects a cued vote by its own verdict; takes differences within matchups; calls a tiebreak by a larger effect in
*probability* near ties, which any additive cue has. The lean is used by T1a* alone.
"""
