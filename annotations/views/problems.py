"""Pages that say what happened and what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def no_session(request: HttpRequest) -> HttpResponse:
    """401: this browser has no rating session. The page keeps an unsent answer until the link is opened again."""
    context = {
        "heading": "You are not in a rating session here",
        "what_happened": "This browser has no rating session, or it has lapsed. What you had saved is safe.",
        "mend": "Open your rating link again. In a new browser, enter your resume code there.",
    }
    return render(request, "annotations/problem.html", context, status=401)
