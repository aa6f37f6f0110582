"""Whether raters are given comparisons now."""

from annotations.models import Opening, Protocol


def state_of(protocol: Protocol) -> Opening.State:
    """Open where nobody has changed it."""
    try:
        return Opening.State(protocol.opening.state)
    except Opening.DoesNotExist:
        return Opening.State.OPEN
