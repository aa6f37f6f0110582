"""What raters did, as columns: a million judgements in seconds. Who wrote what they judged is not here; `unblinded` adds it.

Loads numpy: only a run that is computed asks for it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from django.db.models import F, FloatField, Func, QuerySet, TextField
from django.db.models.functions import Cast

from annotations.models import Judgement, Rater
from annotations.queries import judgements
from vibes.models import Study
from vibes.queries import copying
from vibes.stats.repeated import Numbers, Repeated

CHUNK = 50_000
# Of one judgement each; the first is what puts rows in order.
NUMBERS = ("id", "place", "seconds_visible", "strength")
# Few values, each of many judgements: keys of other rows, and texts.
KEYS = ("comparison", "rater", "session")
TEXTS = ("purpose", "verdict", "lean", "left", "format_a", "format_b")
NAMES = (*KEYS, *TEXTS)
# What was said after the vote, as the database writes it.
SAID = ("aspects", "flags", "reasons", "spans", "recognised")
TOLD = ("confidence", "comment")
_PLACES = {
    "comparison": F("assignment__comparison"),
    "rater": F("assignment__rater"),
    "session": F("assignment__session"),
    "purpose": F("assignment__purpose"),
    "place": F("assignment__place"),
}


class Said(NamedTuple):
    """What was said after a vote, as a judgement has it."""

    aspects: dict[str, Any]
    flags: dict[str, Any]
    reasons: dict[str, Any]
    spans: dict[str, Any]
    recognised: dict[str, Any]
    confidence: int | None
    comment: str

    @classmethod
    def of(cls, written: tuple[Any, ...]) -> "Said":
        """From a row of `SAID` and `TOLD`."""
        return cls(*map(json.loads, written[: len(SAID)]), *written[len(SAID) :])


@dataclass(frozen=True, eq=False)
class Judged:
    """n judgements by id. `numbers` by name (n,); `names` by name, each value once; `decided`: seconds since 1970 (n,);
    `said`: what was said after the vote, each combination once; None where nothing is asked."""

    numbers: dict[str, Numbers]
    names: dict[str, Repeated[Any]]
    decided: Numbers
    said: Repeated[Said] | None

    def __len__(self) -> int:
        return len(self.decided)

    def columns(self, *, graded: bool) -> dict[str, Sequence[object]]:
        """What raters did, by the names of the judgement frame."""
        rater, left, session = (self.names[name] for name in ("rater", "left", "session"))
        people = Rater.objects.in_bulk(rater.values)
        return {
            "judgement_id": self.numbers["id"],
            "rater": Repeated(rater.codes, [str(people[pk].public_id) for pk in rater.values]),
            "rater_kind": Repeated(rater.codes, [people[pk].kind for pk in rater.values]),
            "verdict": self.names["verdict"],
            "lean": self.names["lean"],
            **({"strength": self.numbers["strength"]} if graded else {}),
            "a_is_left": Repeated(left.codes, [side == "a" for side in left.values]),
            "purpose": self.names["purpose"],
            "session": Repeated(session.codes, [str(pk) for pk in session.values]),
            "order": self.numbers["place"],
            "seconds": self.numbers["seconds_visible"],
            "created_at": self.decided,
            "format_a": self.names["format_a"],
            "format_b": self.names["format_b"],
        }


def judged(study: Study, *, kinds: Sequence[str], upto: int, said: bool) -> Judged:
    """As they stood when `upto` was the last id, of raters of these kinds. `said`: whether anything is asked after the vote."""
    if connection.vendor == "postgresql" and not said:
        return _copied(_found(study, kinds, upto))
    filled = _Filling(said)
    for some in _chunks(rows_of(study, kinds=kinds, upto=upto, said=said)):
        filled.add(some)
    return filled.whole()


def rows_of(
    study: Study, *, kinds: Sequence[str], upto: int, said: bool
) -> QuerySet[Judgement, tuple[Any, ...]]:
    """What is read of each judgement, in no order."""
    told = {f"{name}_text": Cast(name, TextField()) for name in SAID} if said else {}
    last = [*told, *TOLD] if said else []
    found = _found(study, kinds, upto).annotate(**told)
    return found.values_list(*NUMBERS, "decided", *NAMES, *last).order_by()


def _found(study: Study, kinds: Sequence[str], upto: int) -> QuerySet[Judgement]:
    found = judgements.standing(study.protocol, upto=upto).filter(assignment__rater__kind__in=kinds)
    return found.annotate(**_PLACES, decided=_decided())


def _copied(found: QuerySet[Judgement]) -> Judged:
    """Where nothing was said after the vote every field has one width."""
    floats = [name for name in (*NUMBERS, "decided") if name != "id"]
    texts = {name: "assignment__purpose" if name == "purpose" else name for name in TEXTS}
    numbers, names = copying.columns(found, keys=KEYS, floats=floats, texts=texts)
    decided = numbers.pop("decided")
    return Judged(numbers=numbers, names=names, decided=decided, said=None)


def _decided() -> Func | F:
    """When it was decided: a time, or seconds where the database tells them, which is sooner read than a time."""
    if connection.vendor != "postgresql":
        return F("decided_at")
    return Func(
        F("decided_at"), template="EXTRACT(EPOCH FROM %(expressions)s)::float8", output_field=FloatField()
    )


def _seconds(decided: Sequence[Any]) -> npt.NDArray[np.float64]:
    if connection.vendor != "postgresql":
        decided = [moment.timestamp() for moment in decided]
    return np.array(decided, dtype=np.float64)


def _chunks(rows: QuerySet[Judgement, tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # All rows are wanted, not the first ones soon.
                cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
        some: list[tuple[Any, ...]] = []
        for row in rows.iterator(chunk_size=CHUNK):
            some.append(row)
            if len(some) == CHUNK:
                yield some
                some = []
        if some:
            yield some


@dataclass
class _Codes:
    """A column whose values repeat, some rows at a time."""

    table: dict[Any, int] = field(default_factory=dict)
    parts: list[npt.NDArray[np.int64]] = field(default_factory=list)

    def add(self, values: Sequence[Any]) -> None:
        for value in set(values) - self.table.keys():
            self.table[value] = len(self.table)
        self.parts.append(np.fromiter(map(self.table.__getitem__, values), np.int64, len(values)))

    def whole(self, order: npt.NDArray[np.int64]) -> Repeated[Any]:
        return Repeated(_joined(self.parts)[order], tuple(self.table))


class _Filling:
    """Columns that grow, some rows at a time."""

    def __init__(self, said: bool) -> None:
        self.numbers: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in NUMBERS}
        self.names = {name: _Codes() for name in NAMES}
        self.decided: list[npt.NDArray[Any]] = []
        self.said = _Codes() if said else None

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        columns = list(zip(*rows, strict=True))
        for name, values in zip(NUMBERS, columns, strict=False):
            self.numbers[name].append(np.array(values, dtype=np.int64 if name == "id" else np.float64))
        at = len(NUMBERS)
        self.decided.append(_seconds(columns[at]))
        for name, values in zip(NAMES, columns[at + 1 :], strict=False):
            self.names[name].add(values)
        if self.said is not None:
            self.said.add(list(zip(*columns[at + 1 + len(NAMES) :], strict=True)))

    def whole(self) -> Judged:
        order = np.argsort(_joined(self.numbers["id"]), kind="stable")
        return Judged(
            numbers={name: Numbers(_joined(parts)[order]) for name, parts in self.numbers.items()},
            names={name: codes.whole(order) for name, codes in self.names.items()},
            decided=Numbers(_joined(self.decided)[order]),
            said=None if self.said is None else self._said(self.said.whole(order)),
        )

    def _said(self, written: Repeated[tuple[Any, ...]]) -> Repeated[Said]:
        return Repeated(written.codes, [Said.of(one) for one in written.values])


def _joined(parts: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
