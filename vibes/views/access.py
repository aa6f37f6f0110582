"""Roles: one table for every URL, enforced in one place. A URL that is not in the table opens to nobody."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from annotations.models import User

ANYONE, RATER, LEAD, ADMIN = "anyone", "rater", "lead", "admin"

# Rater pages find the rater through the browser's session themselves, and answer 401 where there is none.
ROLES = {
    "home": ANYONE,
    "health": ANYONE,
    "sign_in": ANYONE,
    "sign_in_link": ANYONE,
    "sign_out": ANYONE,
    "annotations:invitation": ANYONE,
    "annotations:begin": ANYONE,
    "annotations:resume": ANYONE,
    "annotations:rate": RATER,
    "annotations:welcome": RATER,
    "annotations:consent": RATER,
    "annotations:pause": RATER,
    "annotations:another": RATER,
    "annotations:verdict": RATER,
    "annotations:lean": RATER,
    "annotations:details": RATER,
    "annotations:feedback": RATER,
    "annotations:skip": RATER,
    "annotations:broken": RATER,
    "annotations:undo": RATER,
    "annotations:growing": RATER,
    "reveal": RATER,
    "own_prompt": RATER,
    "studies": LEAD,
    "new_study": LEAD,
    "study": LEAD,
    "study_progress": LEAD,
    "study_answers": LEAD,
    "control_fetching": LEAD,
    "generation": LEAD,
    "generation_raw": LEAD,
    "preview": LEAD,
    "edits": LEAD,
    "decide_edit": LEAD,
    "read_claims_again": LEAD,
    "approve_rest": LEAD,
    "drop_wrong": LEAD,
    "study_rating": LEAD,
    "change_standing": LEAD,
    "disagreements": LEAD,
    "send_comparisons": LEAD,
    "withdraw_adjudications": LEAD,
    "comparison": LEAD,
    "comparisons": LEAD,
    "case_lists": LEAD,
    "case_list": LEAD,
    "rename_case_list": LEAD,
    "export_cases": LEAD,
    "case": LEAD,
    "change_case": LEAD,
    "change_opening": LEAD,
    "known_answers": LEAD,
    "asked": LEAD,
    "invite": LEAD,
    "withdraw_invitation": LEAD,
    "simulate": LEAD,
    "results": LEAD,
    "gates": LEAD,
    "gate": LEAD,
    "gate_json": LEAD,
    "veto": LEAD,
    "withdraw_veto": LEAD,
    "run": LEAD,
    "run_page": LEAD,
    "run_progress": LEAD,
    "cancel_run": LEAD,
    "run_again": LEAD,
    "add_samples": LEAD,
    "schedule_run": LEAD,
    "run_json": LEAD,
    "run_html": LEAD,
    "compare": LEAD,
    "export_judgements": LEAD,
    "export_dpo": LEAD,
    "import": LEAD,
    "probes": LEAD,
    "probe_statements": LEAD,
    "probe_example": LEAD,
    "probe_statement_set": LEAD,
    "shelve_probe_statements": LEAD,
    "probe_run": LEAD,
    "probe_progress": LEAD,
    "control_probe": LEAD,
    "probe_answers": LEAD,
    "probe_json": LEAD,
    "endpoints": LEAD,
    "found_servers": LEAD,
    "endpoint_states": LEAD,
    "test_endpoint": LEAD,
    "judges": LEAD,
    "judge": LEAD,
    "measure_answers": LEAD,
    "start_judging": LEAD,
    "calibrate_judge": LEAD,
    "control_judging": LEAD,
    "add_endpoint": ADMIN,
    "edit_endpoint": ADMIN,
    "endpoint_file": ADMIN,
    "archive_endpoint": ADMIN,
}
ALLOWED = {LEAD: {User.Role.LEAD, User.Role.ADMIN}, ADMIN: {User.Role.ADMIN}}


class RoleMiddleware:
    """Looks every request up in the table before its view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        match = request.resolver_match
        role = ROLES.get(match.view_name) if match else None
        if role in (ANYONE, RATER):
            return None
        if role is None:
            raise PermissionDenied("This address is in no role's table.")
        if not request.user.is_authenticated:
            return _ask_to_sign_in(request)
        if team_member(request).role not in ALLOWED[role]:
            raise PermissionDenied("This page is for admins.")
        return None


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """A redirect; a fragment is answered 401, so that htmx does not put a sign-in page into a region."""
    if request.headers.get("HX-Request"):
        return HttpResponse("Your sign-in has lapsed. Load the page again.", status=401)
    return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))


def team_member(request: HttpRequest) -> User:
    """The signed-in user of a page that the table keeps to the team."""
    return cast(User, request.user)
