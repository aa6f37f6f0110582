"""What the team's pages may send, typed and checked."""

from vibes.forms.endpoint_files import EndpointFileForm
from vibes.forms.endpoints import EndpointForm
from vibes.forms.fetching import BudgetForm
from vibes.forms.imports import ImportForm
from vibes.forms.invitations import InvitationForm
from vibes.forms.probes import ProbeForm
from vibes.forms.raters import CrowdForm
from vibes.forms.studies import StudyForm

__all__ = [
    "BudgetForm",
    "CrowdForm",
    "EndpointFileForm",
    "EndpointForm",
    "ImportForm",
    "InvitationForm",
    "ProbeForm",
    "StudyForm",
]
