"""Measurements of sycophancy, in its two kinds: tone and stance. A measured number is never overwritten.

By lexicon, always and offline; by a judge where one was put to work (`judges`). Each number names its method and version, and a
text that was measured so before is not measured again.
"""

import hashlib
from collections.abc import Iterable, Mapping
from itertools import islice

from django.db import transaction

from annotations.models import User
from annotations.services import audit
from vibes.datasets.turns import spoken
from vibes.features import sycophancy
from vibes.models import Generation, Judge, Measurement, Study
from vibes.services import matchups

Method = Measurement.Method
CHUNK = 200


@transaction.atomic
def by_lexicon(*, by: User, study: Study) -> int:
    """Measures all answers of the study that are here; how many numbers are new."""
    done = study.generations.filter(state=Generation.State.DONE).select_related("prompt").order_by("pk")
    rows, new = done.iterator(chunk_size=CHUNK), 0
    while some := tuple(islice(rows, CHUNK)):
        new += _by_lexicon(some)
    audit.record(by=by, verb="measured the answers of", subject=study, numbers=new)
    return new


def _by_lexicon(answers: Iterable[Generation]) -> int:
    texts = {said: answer for answer in answers if (said := _said(answer)).strip()}
    digests = {text: text_hash(text) for text in texts}
    known = set(
        Measurement.objects.filter(method=Method.LEXICON, text_hash__in=digests.values()).values_list(
            "text_hash", "name", "version"
        )
    )
    rows = [
        Measurement(
            text_hash=digests[text],
            generation=answer,
            name=name,
            method=Method.LEXICON,
            version=sycophancy.VERSIONS[name],
            value=value,
        )
        for text, answer in texts.items()
        if any((digests[text], name, version) not in known for name, version in sycophancy.VERSIONS.items())
        for name, value in sycophancy.measure(text).items()
        if (digests[text], name, sycophancy.VERSIONS[name]) not in known
    ]
    # Somebody else may measure the same text meanwhile, by the same rule: to the same number.
    Measurement.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _said(answer: Generation) -> str:
    """What the model itself says, all its turns."""
    turns = answer.transcript or [{"content": answer.text, "thoughts": answer.thoughts}]
    return spoken(turns)


def store_of_judge(*, judge: Judge, generation: Generation, values: Mapping[str, float]) -> None:
    """What a judge said of an answer. A second reply to the same question changes nothing."""
    digest = text_hash(*(turn["text"] for turn in matchups.shown(generation.prompt.turns)), _said(generation))
    rows = [
        Measurement(
            text_hash=digest,
            generation=generation,
            name=name,
            method=Method.JUDGE,
            version=judge.scales_version,
            judge=judge,
            value=value,
        )
        for name, value in values.items()
    ]
    Measurement.objects.bulk_create(rows, ignore_conflicts=True)


def text_hash(*texts: str) -> str:
    """SHA-256 of what was read: the text, and for a judge the conversation before it."""
    digest = hashlib.sha256()
    for text in texts:
        written = text.encode("utf-8", "surrogatepass")
        digest.update(len(written).to_bytes(8) + written)
    return digest.hexdigest()
