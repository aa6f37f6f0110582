"""The buttons of a study's fetching."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from annotations.models import User
from vibes import tasks
from vibes.forms import BudgetForm
from vibes.models import Study
from vibes.queries.amounts import counted, money
from vibes.services.generations import control as verbs
from vibes.views.access import team_member


@require_POST
def control(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Does one of `VERBS` and goes back to the study."""
    study = get_object_or_404(Study, pk=pk)
    by = team_member(request)
    if verb == "budget":
        _set_budget(request, by, study)
    elif verb in VERBS:
        messages.success(request, VERBS[verb](by, study))
    else:
        raise Http404(f"There is no verb {verb}.")
    tasks.pump_generations.delay_on_commit()
    return redirect("study", pk)


def _pause(by: User, study: Study) -> str:
    verbs.pause(by=by, study=study)
    return "Fetching is paused. Calls in flight are finished: they are paid for."


def _resume(by: User, study: Study) -> str:
    verbs.resume(by=by, study=study)
    return "Fetching goes on."


def _cancel(by: User, study: Study) -> str:
    dropped = verbs.cancel(by=by, study=study)
    return f"Fetching is cancelled: {counted(dropped, 'answer')} will not be asked for. What is here stays."


def _retry(by: User, study: Study) -> str:
    count = verbs.retry_failed(by=by, study=study)
    return f"{counted(count, 'failed answer')} {_is(count)} asked for again."


def _missing(by: User, study: Study) -> str:
    count = verbs.fill_missing(by=by, study=study)
    return f"{counted(count, 'answer')} {_is(count)} asked for." if count else "Nothing is missing."


VERBS: dict[str, Callable[[User, Study], str]] = {
    "pause": _pause,
    "resume": _resume,
    "cancel": _cancel,
    "retry": _retry,
    "missing": _missing,
}


def _set_budget(request: HttpRequest, by: User, study: Study) -> None:
    form = BudgetForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, "The spending cap was not changed: write US dollars from 0 to 99,999,999, or nothing."
        )
        return
    budget = form.cleaned_data["budget"]
    verbs.set_budget(by=by, study=study, budget=budget)
    told = "There is no spending cap." if budget is None else f"The spending cap is {money(budget)}."
    messages.success(request, told)


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
