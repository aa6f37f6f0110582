"""What comes with a comparison besides its answers tells no better than chance whose answer stands on the left.

A logistic fit on all that a browser could measure (size of the page less that of the answers, ids, place, order of the
headers, latency), tried on comparisons that it has not seen; and the same fit on a page that leaks, to show that it would
find it.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from annotations.models import Assignment
from tests.services import desk
from vibes.models import Arm, Endpoint, Generation, Study
from vibes.services import pairing

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PROMPTS, RATERS, EACH = 250, 20, 100
FOLDS = 5
# The last page of a session has nothing after it.
PAGES = EACH - 2
ANSWER = re.compile(
    r'<div class="(?:text|raw) answer-text"[^>]*>.*?</div>\s*(?=<div class="raw|</div>\s*<span class="end")',
    re.S,
)


@dataclass(frozen=True)
class Served:
    """A page as it came, the pair on show and the one ahead, and whose answer stood on the left of either."""

    body: str
    headers: tuple[str, ...]
    seconds: float
    rater: int
    place: int
    shown: int
    ahead: int
    zebra_left: bool
    zebra_ahead: bool


@pytest.fixture
def study() -> Study:
    """Two models of which one writes twice as much."""
    made = desk.study(prompt_count=PROMPTS, overlap=RATERS // 2, session_length=EACH)
    Endpoint.objects.filter(model="scripted-plain").update(name="ZEBRACORP 9000", model="zebracorp-9000")
    words = {"ZEBRACORP 9000": "It depends on the weather. ", "Model flattering": "It depends. "}
    for row in Generation.objects.select_related("endpoint"):
        text = words[row.endpoint.name] * (1 + row.pk % 7)
        Generation.objects.filter(pk=row.pk).update(state="done", text=f"{text}{row.pk}")
    pairing.assemble(study=made)
    return made


def sat(study: Study) -> Iterator[Served]:
    """One session, each page as htmx gets it, with the pair after it."""
    client = Client(headers={"HX-Request": "true", "Room-Holds": ""})
    token = study.protocol.invitations.get().token
    client.post(reverse("annotations:begin", args=[token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    client.get(reverse("annotations:rate"))
    for _ in range(PAGES):
        before = Assignment.objects.get(state=Assignment.State.DEALT, session__ended_at=None)
        address = reverse("annotations:verdict", args=[before.public_id])
        start = time.perf_counter()
        page = client.post(address, {"verdict": "a", "key": f"{before.public_id}.1"})
        seconds = time.perf_counter() - start
        now = Assignment.objects.get(state=Assignment.State.DEALT, session__ended_at=None)
        after = Assignment.objects.get(state=Assignment.State.AHEAD, session__ended_at=None)
        names = tuple(f"{name}={len(value)}" for name, value in page.items())
        pairs = (now.comparison_id, after.comparison_id)
        left = (zebra_left(now), zebra_left(after))
        yield Served(page.content.decode(), names, seconds, now.rater_id, now.place, *pairs, *left)
    waiting = [Assignment.State.DEALT, Assignment.State.AHEAD]
    Assignment.objects.filter(state__in=waiting).update(state=Assignment.State.EXPIRED)


def zebra_left(assignment: Assignment) -> bool:
    matchup = Arm.objects.get(comparison=assignment.comparison_id).matchup
    shown = matchup.generation_a if assignment.left == "a" else matchup.generation_b
    return shown.endpoint.name == "ZEBRACORP 9000"


def measured(one: Served, change: Callable[[Served], str]) -> list[float]:
    body = change(one)
    answers = sum(len(found) for found in ANSWER.findall(body))
    ids = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", body)
    return [
        len(body) - answers,
        *(int(found[:8], 16) / 16**8 for found in (ids[0], ids[-1])),
        one.place,
        one.place % 2,
        one.place % 4,
        sum(map(len, one.headers)),
        hash(one.headers) % 1000,
        one.seconds,
    ]


def folds(groups: np.ndarray) -> np.ndarray:
    """The fold of each row; rows of one group are in one."""
    found = np.empty(len(groups), dtype=int)
    for nth, (_, rows) in enumerate(GroupKFold(FOLDS).split(groups, groups=groups)):
        found[rows] = nth
    return found


def auc(
    pages: list[Served],
    change: Callable[[Served], str] = lambda one: one.body,
    *,
    ahead: bool = False,
) -> tuple[float, float]:
    """The interval (by the spread over comparisons) of the area under the curve, on comparisons and raters neither of which
    were fitted to: both have the sides in turn, so what knows a comparison (by its prompt's length) or a rater (by how fast
    the machine was then) guesses worse than chance on the rest of theirs. Guesses are ranked within their fold: where more
    of those fitted to are on the left, fewer of the others are. Four standard errors: of ids and times no two runs are alike,
    and one in twenty would fall out of a 95 % interval.
    """
    x = np.array([measured(one, change) for one in pages])
    y = np.array([one.zebra_ahead if ahead else one.zebra_left for one in pages])
    pairs = np.array([one.ahead if ahead else one.shown for one in pages])
    fit = make_pipeline(StandardScaler(), LogisticRegression(C=100.0))
    guessed = np.empty(len(pages))
    of_pairs, of_raters = folds(pairs), folds(np.array([one.rater for one in pages]))
    for nth, mth in product(range(FOLDS), repeat=2):
        fitted, others = (of_pairs != nth) & (of_raters != mth), (of_pairs == nth) & (of_raters == mth)
        chances = fit.fit(x[fitted], y[fitted]).predict_proba(x[others])[:, 1]
        guessed[others] = rankdata(chances) / others.sum()
    rng = np.random.default_rng(7)
    of_pair = [np.flatnonzero(pairs == name) for name in np.unique(pairs)]
    drawn = []
    for _ in range(400):
        rows = np.concatenate([of_pair[nth] for nth in rng.integers(len(of_pair), size=len(of_pair))])
        drawn.append(roc_auc_score(y[rows], guessed[rows]))
    middle, reach = float(np.mean(drawn)), 4.0 * float(np.std(drawn, ddof=1))
    return middle - reach, middle + reach


def test_what_surrounds_the_answers_tells_nothing(study: Study) -> None:
    pages = [one for _ in range(RATERS) for one in sat(study)]
    assert len(pages) == RATERS * PAGES
    assert all(len(ANSWER.findall(one.body)) == 8 for one in pages)
    assert 0.45 < np.mean([one.zebra_left for one in pages]) < 0.55
    for ahead in (False, True):
        low, high = auc(pages, ahead=ahead)
        # Below chance is no leak: sides are balanced, so those who are held out differ from those who were fitted to.
        assert low < 0.5, (low, high)
    leaky_low, _ = auc(pages, lambda one: one.body + "<!-- zebra -->" * one.zebra_left)
    assert leaky_low > 0.9
