"""What the team's pages may send, typed and checked."""

from vibes.forms.endpoints import EndpointForm
from vibes.forms.imports import ImportForm
from vibes.forms.raters import CrowdForm, InvitationForm
from vibes.forms.studies import StudyForm

__all__ = ["CrowdForm", "EndpointForm", "ImportForm", "InvitationForm", "StudyForm"]
