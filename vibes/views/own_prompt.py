"""A rater's own prompts: written here, answered in the rating room at once, or dealt there later."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from annotations.models import RatingSession
from annotations.queries import access, moves
from annotations.services import own_prompts
from annotations.views import problems, stopped
from vibes import tasks
from vibes.forms.own_prompt import OwnPromptForm, OwnPromptsForm
from vibes.models import Study
from vibes.services import live
from vibes.services import own_prompts as later


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
    if own_prompts.asked_later(session):
        return _before_a_set(request, session, study)
    form = OwnPromptForm(study, request.POST if request.method == "POST" else None)
    try:
        own_prompts.check(session)
        if form.is_valid():
            values = form.cleaned_data
            live.begin(
                session=session, text=values["text"], prompt_class=values["prompt_class"] or later.OTHER
            )
            tasks.pump_generations.delay_on_commit()
            return redirect("annotations:rate")
    except own_prompts.StillWaiting:
        return redirect("annotations:rate")
    except own_prompts.NotNow as error:
        return _page(request, session, form=None, refused=str(error), status=409)
    return _page(request, session, form=form, status=422 if form.is_bound else 200)


def _before_a_set(request: HttpRequest, session: RatingSession, study: Study) -> HttpResponse:
    """Several at once, or none. `begin`: on the way into a set, where the page is left out when nothing can be written;
    `saved`: what was written is kept."""
    posted, number = request.method == "POST", later.left(session)
    form = OwnPromptsForm(study, number, request.POST if posted else None)
    if "saved" in request.GET and not posted:
        return _prompts(request, session, form=None, saved=True)
    try:
        own_prompts.check_later(session)
        if not number:
            raise own_prompts.NotNow(later.ENOUGH)
        if form.is_valid():
            return _keep(session, form)
    except own_prompts.NotNow as error:
        if "begin" in request.GET and not posted:
            return redirect("annotations:rate")
        return _prompts(request, session, form=None, refused=str(error), status=409)
    return _prompts(request, session, form=form, status=422 if posted else 200)


def _keep(session: RatingSession, form: OwnPromptsForm) -> HttpResponse:
    if not later.write(session=session, texts=form.texts()):
        return redirect("annotations:rate")
    tasks.pump_generations.delay_on_commit()
    return redirect(f"{reverse('own_prompt')}?saved")


def _prompts(
    request: HttpRequest,
    session: RatingSession,
    *,
    form: OwnPromptsForm | None,
    refused: str = "",
    saved: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {"title": session.protocol.title, "form": form, "refused": refused, "saved": saved}
    return render(request, "vibes/own_prompts.html", context, status=status)


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
