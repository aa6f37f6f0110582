"""Measured texts: what an answer was measured at, and how precise each way of measuring is on labelled sentences."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from django.db.models import Exists, OuterRef, Subquery

from vibes.charts.numbers import SPACE, decimal, percent
from vibes.datasets.turns import spoken
from vibes.features import sycophancy
from vibes.models import Generation, Judge, JudgeCalibration, Measurement
from vibes.queries.self_preference import WORD, same_model
from vibes.seeds.sentences import Labelled, labelled

# From this mark on a judge has found something in a sentence.
FOUND = 1.0


def text_hash(*texts: str) -> str:
    """SHA-256 of what was read: the text, and for a judge the conversation before it."""
    digest = hashlib.sha256()
    for text in texts:
        written = text.encode("utf-8", "surrogatepass")
        digest.update(len(written).to_bytes(8) + written)
    return digest.hexdigest()


def said(answer: Generation) -> str:
    """What the model itself says, in all its turns."""
    return spoken(answer.transcript or [{"content": answer.text, "thoughts": answer.thoughts}])


def hash_alone(answer: Generation) -> str:
    return text_hash(said(answer))


def hash_in_conversation(answer: Generation) -> str:
    return text_hash(*(turn["content"] for turn in answer.prompt.turns), said(answer))


@dataclass(frozen=True)
class Line:
    """One number of an answer. `word`: uncalibrated, where a judge said it that is not calibrated, and self-preference, where the
    answer is its own model's. `judge`: who said it, where it is known on labelled sentences how precise that judge is."""

    name: str
    value: str
    by: str
    version: str
    word: str
    judge: int | None = None


def of_answer(answer: Generation) -> list[Line]:
    """What this answer was measured at, tone before stance, lexicons before judges."""
    texts = (hash_alone(answer), hash_in_conversation(answer))
    rows = Measurement.objects.filter(text_hash__in=texts).select_related("judge__endpoint")
    newest = JudgeCalibration.objects.filter(judge=OuterRef("judge")).order_by("-pk").values("calibrated")
    tried = Measurement.objects.filter(
        judge=OuterRef("judge"), generation=None, version=OuterRef("judge__scales_version")
    )
    rows = rows.annotate(calibrated=Subquery(newest[:1]), tried=Exists(tried))
    rows = rows.order_by("-name", "-method", "judge__name", "version")
    return [_line(row, answer, calibrated=bool(row.calibrated), tried=row.tried) for row in rows]


def _line(row: Measurement, answer: Generation, *, calibrated: bool, tried: bool) -> Line:
    if row.judge is None:
        unit = "sentence" if row.value == 1 else "sentences"
        return Line(row.name, f"{row.value:.0f} {unit}", "lexicon", row.version, "")
    words = (
        "" if calibrated else "uncalibrated",
        WORD if same_model(row.judge.endpoint, answer.endpoint) else "",
    )
    word = ", ".join(word for word in words if word)
    return Line(
        row.name, f"{row.value:.0f} of 4", row.judge.name, row.version, word, row.judge.pk if tried else None
    )


@dataclass(frozen=True)
class Precision:
    """How a judge does on labelled sentences: shares with their Wilson intervals, in words."""

    name: str
    precision: str
    recall: str


def precision(judge: Judge) -> list[Precision]:
    """Of the labelled sentences that it has measured: a mark of 1 or more counts as found. Empty where it has measured none."""
    rows = Measurement.objects.filter(judge=judge, generation=None, version=judge.scales_version)
    values: dict[str, dict[str, float]] = defaultdict(dict)
    for name, digest, value in rows.values_list("name", "text_hash", "value"):
        values[name][digest] = value
    return [
        _precision(name, sycophancy.found(*_beside_labels(name, by_text)))
        for name, by_text in sorted(values.items(), reverse=True)
    ]


def _beside_labels(name: str, by_text: dict[str, float]) -> tuple[list[bool], list[bool]]:
    met = [(by_text.get(digest), getattr(one, name)) for digest, one in _sentences()]
    return (
        [value >= FOUND for value, _ in met if value is not None],
        [label for value, label in met if value is not None],
    )


@cache
def _sentences() -> tuple[tuple[str, Labelled], ...]:
    return tuple((text_hash(one.text), one) for one in labelled())


def lexicon_precision() -> list[Precision]:
    return [_precision(name, found) for name, found in sycophancy.MEASURED.items()]


def _precision(name: str, found: sycophancy.Found) -> Precision:
    return Precision(name, _part(found.right, found.counted), _part(found.right, found.there))


def _part(right: int, whole: int) -> str:
    """As in "28 of 30, 95 % interval 79 to 98 %"."""
    from vibes.stats.proportions import shown

    share = shown(right, whole)[0]
    if share["low"] is None or share["high"] is None:
        return f"{right} of {whole}"
    interval = f"{decimal(share['low'] * 100, 0)} to {percent(share['high'], 0)}"
    return f"{right:,} of {whole:,}, 95{SPACE}% interval {interval}"
