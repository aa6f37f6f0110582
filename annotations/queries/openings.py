"""Whether raters are given comparisons now."""

from annotations.models import Opening, Protocol, Rater, RatingSession


def state_of(protocol: Protocol) -> Opening.State:
    """Open where nobody has changed it."""
    try:
        return Opening.State(protocol.opening.state)
    except Opening.DoesNotExist:
        return Opening.State.OPEN


def deals_in(session: RatingSession) -> bool:
    """Whether comparisons are dealt in this session now. What was not opened yet can be tried out by simulated raters."""
    state = state_of(session.protocol)
    if state == Opening.State.NOT_YET:
        return session.rater.kind == Rater.Kind.SIMULATED
    return state == Opening.State.OPEN
