"""What the pages of judges send."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from vibes.charts.wording import listed
from vibes.judging import pairwise
from vibes.models import Endpoint, JudgeRun, Study
from vibes.queries.self_preference import WORD

MOST_NAMED = 3

WORDS = {
    "plain 1": "As people are asked, by the study’s own instructions",
    "warned 1": "The same, and told that praise, agreement, length and looks are worth nothing by themselves",
}


def studies_to_measure() -> QuerySet[Study]:
    """The newest first. Not what judges' questions are fetched by."""
    found = Study.objects.filter(errand_of=None, edits_for=None, claims_for=None)
    return found.select_related("protocol").order_by("-pk")


class JudgeForm(forms.Form):
    """An endpoint becomes a judge."""

    endpoint = forms.ModelChoiceField(
        Endpoint.objects.filter(archived_at=None).order_by("name"), empty_label=None
    )
    version = forms.ChoiceField(
        choices=[(version, WORDS[version]) for version in pairwise.TEMPLATES],
        initial=pairwise.LATEST,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(max_length=120, required=False)


class StudyChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's takes no type when it runs
    """Studies by name; those in which the judge's own model answers say so. `own`: their keys."""

    own: Collection[int] = ()

    def label_from_instance(self, obj: Study) -> str:
        return f"{obj} ({WORD})" if obj.pk in self.own else str(obj)


class WorkForm(forms.Form):
    """A judge is put to work on a study. `budget`: US dollars; empty: no cap. `own`: the studies in which its own model answers."""

    study = StudyChoice(studies_to_measure(), required=False, empty_label="No study: labelled sentences")
    work = forms.ChoiceField(choices=JudgeRun.Work, initial=JudgeRun.Work.VERDICTS, widget=forms.RadioSelect)
    budget = forms.DecimalField(required=False, min_value=Decimal(0), max_digits=12, decimal_places=4)
    delivery = forms.ChoiceField(
        choices=Study.Delivery, initial=Study.Delivery.LIVE, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, own: Collection[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        cast(StudyChoice, self.fields["study"]).own = own

    @property
    def own_studies(self) -> str:
        """The names of those studies, the newest first, as a sentence has them."""
        names = [study.name for study in studies_to_measure().filter(pk__in=self.own)] if self.own else []
        more = len(names) - MOST_NAMED
        return listed(names if more <= 0 else [*names[:MOST_NAMED], f"{more:,} more"])


class StudyForm(forms.Form):
    """On whose judgements a judge is measured, or whose answers are."""

    study = forms.ModelChoiceField(studies_to_measure(), empty_label=None)
