"""What a study's page asks of simulated crowds."""

from django import forms

from vibes.services.simulated_minds import Planted

NAMES = ("praise", "praise_when_undecided", "lists", "length", "correct", "left")
# Left empty: nothing of it is planted.
MORE = ("cue", "cue_near_ties", "cue_own", "quality", "quality_with_praise", "halo")


def _log_odds(initial: float, *, required: bool = True) -> forms.FloatField:
    return forms.FloatField(min_value=-5, max_value=5, initial=initial, required=required)


class CrowdForm(forms.Form):
    """Simulated raters and their planted biases, in log-odds."""

    size = forms.IntegerField(min_value=1, max_value=200, initial=24)
    judgements_each = forms.IntegerField(min_value=1, max_value=500, initial=60)
    praise = _log_odds(Planted.praise)
    praise_when_undecided = _log_odds(Planted.praise_when_undecided)
    lists = _log_odds(Planted.lists)
    length = _log_odds(Planted.length)
    correct = _log_odds(Planted.correct)
    left = _log_odds(Planted.left)
    cue = _log_odds(Planted.cue, required=False)
    cue_near_ties = _log_odds(Planted.cue_near_ties, required=False)
    cue_own = _log_odds(Planted.cue_own, required=False)
    quality = forms.FloatField(min_value=0, max_value=5, initial=Planted.quality, required=False)
    quality_with_praise = _log_odds(Planted.quality_with_praise, required=False)
    halo = _log_odds(Planted.halo, required=False)

    def planted(self) -> Planted:
        values = self.cleaned_data
        return Planted(
            **{name: values[name] for name in NAMES},
            **{name: values[name] for name in MORE if values[name] is not None},
        )
