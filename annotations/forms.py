"""Forms of the rating room: what a page may send, typed."""

from django import forms

from annotations.services.judgements import Answer, Telemetry


def _flag() -> forms.NullBooleanField:
    """1, 0 or nothing; Django's own widget for it reads other words."""
    return forms.NullBooleanField(required=False, widget=forms.TextInput)


class VerdictForm(forms.Form):
    """A verdict with what the page saw. The verdict itself is judged by the service, which knows the rubric."""

    verdict = forms.CharField(max_length=20)
    key = forms.CharField(max_length=64)
    first_action_ms = forms.IntegerField(required=False, min_value=0)
    seconds_visible = forms.FloatField(required=False, min_value=0)
    scrolled_left = _flag()
    scrolled_right = _flag()
    raw_toggled = _flag()
    thoughts_opened = _flag()
    viewport_width = forms.IntegerField(required=False, min_value=0, max_value=100_000)
    colour_scheme = forms.ChoiceField(required=False, choices=[("light", "light"), ("dark", "dark")])

    def answer(self) -> Answer:
        values = self.cleaned_data.copy()
        return Answer(verdict=values.pop("verdict"), key=values.pop("key"), telemetry=Telemetry(**values))


class LeanForm(forms.Form):
    lean = forms.CharField(max_length=1)
    key = forms.CharField(max_length=64)


class KeyForm(forms.Form):
    key = forms.CharField(max_length=64)


class ResumeForm(forms.Form):
    code = forms.CharField(max_length=40)


class ConsentForm(forms.Form):
    agree = forms.BooleanField()
