"""Why a rater's standing changes."""

from django import forms

from annotations.services.standing import LONGEST_REASON


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=LONGEST_REASON, label="Reason")
