"""A rater's own prompt: written here, answered in the rating room."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from annotations.models import RatingSession
from annotations.queries import access, moves
from annotations.services import own_prompts
from annotations.views import problems, stopped
from vibes import tasks
from vibes.forms.own_prompt import OwnPromptForm
from vibes.models import Study
from vibes.services import live


@never_cache
@require_http_methods(["GET", "POST"])
def own_prompt(request: HttpRequest) -> HttpResponse:
    """The form; a POST puts the prompt to two models and goes to the room, where their answers appear."""
    session = access.session_of(request)
    if session is None:
        return problems.no_session(request)
    if session.consented_at is None or moves.is_due(session) or stopped.is_reached(session):
        return redirect("annotations:rate")
    study = Study.objects.filter(protocol=session.protocol_id).first()
    if study is None:
        return redirect("annotations:rate")
    form = OwnPromptForm(study, request.POST if request.method == "POST" else None)
    try:
        own_prompts.check(session)
        if form.is_valid():
            values = form.cleaned_data
            live.begin(
                session=session, text=values["text"], prompt_class=values["prompt_class"] or live.OTHER
            )
            tasks.pump_generations.delay_on_commit()
            return redirect("annotations:rate")
    except own_prompts.StillWaiting:
        return redirect("annotations:rate")
    except own_prompts.NotNow as error:
        return _page(request, session, form=None, refused=str(error), status=409)
    return _page(request, session, form=form, status=422 if form.is_bound else 200)


def _page(
    request: HttpRequest,
    session: RatingSession,
    *,
    form: OwnPromptForm | None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"title": session.protocol.title, "form": form, "refused": refused}
    return render(request, "vibes/own_prompt.html", context, status=status)
