"""A rating link, as a lead asks for it."""

from typing import Any

from django import forms

from annotations.services import invitations

PERSON, PEOPLE, OUTSIDE = "person", "people", "outside"
MOST_PLACES = 100_000
MOST_DAYS = 365


class InvitationForm(forms.Form):
    """`kind` says whom the link is for, and which of the other fields count."""

    KINDS = [
        (PERSON, "One person"),
        (PEOPLE, "Many people, up to a number of places"),
        (OUTSIDE, "One person per outside id, such as a recruiting service gives"),
    ]
    kind = forms.ChoiceField(choices=KINDS, initial=PEOPLE, widget=forms.RadioSelect)
    places = forms.IntegerField(required=False, min_value=1, max_value=MOST_PLACES, initial=200)
    outside_parameter = forms.CharField(required=False, max_length=40, initial="pid")
    completion_url = forms.CharField(required=False, max_length=500)
    days = forms.IntegerField(min_value=1, max_value=MOST_DAYS, initial=invitations.DEFAULT_DAYS)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        kind = values.get("kind")
        if kind == PERSON:
            values["places"] = 1
        elif "places" in values and values["places"] is None:
            self.add_error("places", "Say how many people may use the link.")
        self._check_outside(values)
        return values

    def _check_outside(self, values: dict[str, Any]) -> None:
        """Where the link asks for no id, its name counts for nothing."""
        by_id = values.get("kind") == OUTSIDE
        name, url = values.get("outside_parameter", ""), values.get("completion_url", "")
        if not by_id:
            values["outside_parameter"] = ""
        elif not name:
            self.add_error("outside_parameter", "Say what the id is called in the address, such as pid.")
        else:
            self._try("outside_parameter", lambda: invitations.check_parameter(name))
        if url:
            self._try("completion_url", lambda: invitations.check_completion(url, by_id=by_id))

    def _try(self, field: str, check: Any) -> None:
        try:
            check()
        except invitations.NotALink as error:
            self.add_error(field, str(error))

    def link(self) -> dict[str, Any]:
        """What `studies.invite` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "kind"}
