"""The end of a training round: on to the study, once more, or no further."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from annotations.models import RatingSession
from annotations.queries import training
from annotations.services import sessions


def end(request: HttpRequest, session: RatingSession) -> HttpResponse:
    """All comparisons of the round are answered. Who has not passed is told how near it was, and never to be at fault.

    The link's completion address is not shown: it would tell the recruiting service that the study was done.
    """
    sessions.end(session=session)
    found = training.of(session.rater, session.protocol)
    context = {
        "title": session.protocol.title,
        "outcome": found.outcome,
        "agreed": found.rounds[-1].agreed,
        "length": session.length,
        "wanted": found.wanted,
        "rounds": len(found.rounds),
        "rounds_left": training.MOST_ROUNDS - len(found.rounds),
    }
    return render(request, "annotations/training_end.html", context)
