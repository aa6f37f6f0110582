"""What a rater's link says of their way in and out."""

from urllib.parse import quote

from annotations.models import Invitation, Rater

# Where the person's id goes in a completion address, whatever the link's own parameter is called.
ID_MARK = "{pid}"


def known(invitation: Invitation, outside_id: str) -> bool:
    """Whether the person of this id has begun under this link."""
    return bool(outside_id) and invitation.raters.filter(outside_id=outside_id).exists()


def completion_url(rater: Rater) -> str:
    """Where the rater is sent once a session is done: the lead's address with this rater's id; empty where there is none."""
    if rater.invitation is None:
        return ""
    return rater.invitation.completion_url.replace(ID_MARK, quote(rater.outside_id, safe=""))


def needs_code(rater: Rater) -> bool:
    """Whether another browser asks for the resume code: an outside id in the link stands for it."""
    return not rater.outside_id
