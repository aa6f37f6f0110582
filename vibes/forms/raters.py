"""What a study's page asks of simulated crowds."""

from django import forms

from vibes.services.simulation import Planted


class CrowdForm(forms.Form):
    """Simulated raters and their planted biases, in log-odds."""

    size = forms.IntegerField(min_value=1, max_value=200, initial=24)
    judgements_each = forms.IntegerField(min_value=1, max_value=500, initial=60)
    praise = forms.FloatField(min_value=-5, max_value=5, initial=Planted.praise)
    praise_when_undecided = forms.FloatField(min_value=-5, max_value=5, initial=Planted.praise_when_undecided)
    lists = forms.FloatField(min_value=-5, max_value=5, initial=Planted.lists)
    length = forms.FloatField(min_value=-5, max_value=5, initial=Planted.length)
    correct = forms.FloatField(min_value=-5, max_value=5, initial=Planted.correct)
    left = forms.FloatField(min_value=-5, max_value=5, initial=Planted.left)

    def planted(self) -> Planted:
        names = ("praise", "praise_when_undecided", "lists", "length", "correct", "left")
        return Planted(**{name: self.cleaned_data[name] for name in names})
