"""How far the verdicts on one comparison lie apart."""

from typing import Literal

Kind = Literal["sides", "tie", "both_bad", ""]

# Two verdicts that name no side and the other side: half a step of two, squared, as a share of the whole.
APART = 0.25


def disagreement(*, a: int, b: int, tie: int, both_bad: int) -> float:
    """The mean of the distance between two verdicts, over all pairs of raters of one comparison.

    The counts are how many raters gave each verdict. 0: all said the same, or there are fewer than two; 1: two raters, each
    for another side. No unit; the same where A and B swap.

    The distance is Krippendorff's for intervals, of A, tie and B at −1, 0 and 1, squared and divided by its largest: A
    against B counts 1, a side against a tie ¼. Both bad is no tie and has no place between A and B; against anything else
    it counts ¼ as well, which is our choice. Leans and strengths do not enter. This is the part of one unit in the observed
    disagreement of his alpha (K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011, section C).
    """
    raters = a + b + tie + both_bad
    if raters < 2:
        return 0.0
    quarters = (a + b) * tie + both_bad * (a + b + tie)
    return (a * b + APART * quarters) / (raters * (raters - 1) / 2)


def kind(*, a: int, b: int, tie: int, both_bad: int) -> Kind:
    """What stands against what, by the furthest apart: both sides, both bad against something else, a side against a tie.
    Empty where all say the same."""
    if a and b:
        return "sides"
    if both_bad and (a or b or tie):
        return "both_bad"
    return "tie" if tie and (a or b) else ""
