"""Tables of the rating room. Reads live in `queries`, writes in `services`; no logic in `save()` and no signals."""

from annotations.models.adjudications import Adjudication
from annotations.models.assignments import Assignment
from annotations.models.audit import AuditEntry
from annotations.models.comparisons import Comparison
from annotations.models.invitations import Invitation
from annotations.models.judgements import Judgement
from annotations.models.openings import Opening
from annotations.models.people import Rater, User
from annotations.models.protocols import Protocol
from annotations.models.sessions import RatingSession

__all__ = [
    "Adjudication",
    "Assignment",
    "AuditEntry",
    "Comparison",
    "Invitation",
    "Judgement",
    "Opening",
    "Protocol",
    "Rater",
    "RatingSession",
    "User",
]
