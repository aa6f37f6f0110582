"""What is sent to a rater or put on a list, and what a list is called."""

import uuid
from typing import Any, cast

from django import forms
from django.http import QueryDict

from annotations.models import Comparison, Protocol, Rater
from annotations.queries import adjudications
from vibes.models import CaseList
from vibes.services.cases import LONGEST_NAME, LONGEST_NOTE

NEW = "new"


class ListForm(forms.Form):
    name = forms.CharField(max_length=LONGEST_NAME, label="Name of the list")


class NoteForm(forms.Form):
    note = forms.CharField(
        max_length=LONGEST_NOTE, required=False, label="Note", widget=forms.Textarea(attrs={"rows": 3})
    )


class SendForm(forms.Form):
    """Ticked comparisons of a protocol, and where they go: `send` is the button."""

    send = forms.ChoiceField(choices=[("rater", "rater"), ("list", "list"), ("prompts", "prompts")])
    comparison = forms.ModelMultipleChoiceField(
        queryset=Comparison.objects.none(),
        to_field_name="public_id",
        error_messages={
            "required": "Tick the comparisons first.",
            "invalid_choice": "A comparison that was ticked is not of this study.",
        },
    )
    rater = forms.CharField(required=False, max_length=36)
    case_list = forms.CharField(required=False, max_length=20)
    name = forms.CharField(required=False, max_length=LONGEST_NAME)
    note = forms.CharField(required=False, max_length=LONGEST_NOTE)
    set_name = forms.CharField(
        required=False,
        max_length=LONGEST_NAME,
        error_messages={"max_length": "The name of a prompt set has at most %(limit_value)d characters."},
    )

    def __init__(self, protocol: Protocol, data: QueryDict) -> None:
        super().__init__(data)
        self.protocol, self.sent = protocol, data
        field = cast("forms.ModelMultipleChoiceField[Comparison]", self.fields["comparison"])
        field.queryset = Comparison.objects.filter(protocol=protocol, purpose=Comparison.Purpose.STUDY)

    def chosen(self) -> list[Comparison]:
        """In the order in which they stand on the page."""
        order = {public_id: nth for nth, public_id in enumerate(self.sent.getlist("comparison"))}
        return sorted(self.cleaned_data["comparison"], key=lambda one: order[str(one.public_id)])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("send") == "rater":
            values["rater"] = self._rater(values.get("rater", ""))
        elif values.get("send") == "list":
            values["case_list"] = self._list(values.get("case_list", ""), values.get("name", ""))
        return values

    def _rater(self, public_id: str) -> Rater | str:
        """A rater of this study, or the word for a new person."""
        if public_id == NEW:
            return NEW
        try:
            found = adjudications.raters_of(self.protocol).filter(public_id=uuid.UUID(public_id)).first()
        except ValueError:
            found = None
        if found is None:
            raise forms.ValidationError("Choose a rater.")
        return found

    def _list(self, pk: str, name: str) -> CaseList | str:
        """A list that there is, or the name of a new one."""
        if pk == NEW:
            if not name.strip():
                raise forms.ValidationError("Give the new list a name.")
            return name
        found = CaseList.objects.filter(pk=pk).first() if pk.isdecimal() else None
        if found is None:
            raise forms.ValidationError("Choose a list.")
        return found
