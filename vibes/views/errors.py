"""What happened, what is safe, and the mend."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def _page(request: HttpRequest, status: int, heading: str, what_happened: str, mend: str) -> HttpResponse:
    context = {"heading": heading, "what_happened": what_happened, "mend": mend}
    return render(request, "annotations/problem.html", context, status=status)


def lapsed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the CSRF check: nearly always a page that stood open longer than its session."""
    return _page(
        request,
        403,
        "This page stood open too long",
        "Its session has lapsed, so nothing was changed.",
        "Go back, load the page again and repeat what you did. Cookies must be allowed for this site.",
    )


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    mend = "Ask an admin of this installation for the role, or sign in as somebody who has it."
    return _page(request, 403, "Not for this account", str(exception) or "You may not open this page.", mend)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        404,
        "There is no such page",
        "The address is wrong, or what it showed was archived.",
        "Check the address.",
    )


def failed(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        500,
        "Something failed here",
        "This is a fault of the program, not yours. What was saved before is safe.",
        "Try again. If it happens twice, the server's log holds the reason.",
    )
