"""A study's rating links: made and withdrawn."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from annotations.models import Invitation
from annotations.services import invitations
from vibes.forms import InvitationForm
from vibes.models import Study
from vibes.services import studies as write
from vibes.views import studies
from vibes.views.access import team_member


@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Study.objects.select_related("protocol", "baseline"), pk=pk)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return studies.page(request, found, form, status=422)
    write.invite(by=team_member(request), study=found, **form.link())
    return _back(found)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk)
    found = get_object_or_404(Study, protocol=invitation.protocol_id)
    invitations.withdraw(by=team_member(request), invitation=invitation)
    messages.success(request, "The link is withdrawn. Sessions that have begun stay as they are.")
    return _back(found)


def _back(study: Study) -> HttpResponse:
    return redirect(f"{reverse('study', args=[study.pk])}#links-title")
