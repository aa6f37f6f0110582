"""Measurements of sycophancy, in its two kinds: tone and stance. A measured number is never overwritten.

By lexicon, always and offline; by a judge where one was put to work (`judges`). Each number names its method and version, and a
text that was measured so before is not measured again.
"""

from collections.abc import Iterable, Mapping
from itertools import islice

from annotations.models import User
from annotations.services import audit
from vibes.features import sycophancy
from vibes.models import Generation, Judge, Measurement, Study
from vibes.queries.measured import hash_in_conversation, said
from vibes.queries.measured import text_hash as hash_of

Method = Measurement.Method
CHUNK = 200


def by_lexicon(*, by: User, study: Study) -> int:
    """Measures all answers of the study that are here; how many numbers are new. Some at a time: what a killed worker has
    written stays, and the rest is measured when it is asked for again."""
    done = study.generations.filter(state=Generation.State.DONE).select_related("prompt").order_by("pk")
    rows, new = done.iterator(chunk_size=CHUNK), 0
    while some := tuple(islice(rows, CHUNK)):
        new += _by_lexicon(some)
    audit.record(by=by, verb="measured the answers of", subject=study, numbers=new)
    return new


def _by_lexicon(answers: Iterable[Generation]) -> int:
    texts = {words: answer for answer in answers if (words := said(answer)).strip()}
    digests = {text: hash_of(text) for text in texts}
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


def store_of_judge(
    *, judge: Judge, answer: Generation | None, text_hash: str, values: Mapping[str, float]
) -> None:
    """What a judge said of an answer, or of a text by its hash. A second reply to the same question changes nothing."""
    rows = [
        Measurement(
            text_hash=hash_in_conversation(answer) if answer else text_hash,
            generation=answer,
            name=name,
            method=Method.JUDGE,
            version=judge.scales_version,
            judge=judge,
            value=value,
        )
        for name, value in values.items()
    ]
    Measurement.objects.bulk_create(rows, ignore_conflicts=True)
