"""Who wrote what: for the rater of a set, once its votes are closed."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from annotations.queries import access, moves, sets
from annotations.services import reveal
from annotations.views import problems
from vibes.queries import reveal as read

PAGE = 20


@never_cache
@require_http_methods(["GET", "POST"])
def names(request: HttpRequest, number: int) -> HttpResponse:
    """A POST closes the votes of the rater's own set; a GET shows its names from then on, and before that nothing."""
    if access.session_of(request) is None:
        return problems.no_session(request)
    session = sets.own_set(request, number)
    if session is None:
        raise Http404("This rater has no such set.")
    if request.method == "POST":
        if not reveal.reveal(session=session):
            raise Http404("This set shows no names.")
        return redirect("reveal", number)
    if session.revealed_at is None:
        return redirect("annotations:rate")
    page = Paginator(read.judged(session), PAGE).get_page(request.GET.get("page"))
    context = {
        "title": session.protocol.title,
        "page": page,
        "named": read.named(session, list(page), page.start_index()),
        "more": moves.more(session),
    }
    return render(request, "vibes/reveal.html", context)
