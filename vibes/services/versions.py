"""What a study's raters are asked is changed: a new version, kept apart from the one before."""

from dataclasses import dataclass

from django.db import connection, transaction

from annotations.asked import Asked
from annotations.models import Comparison, Protocol, User
from annotations.services import audit, protocols, successions
from vibes.models import Arm, ProtocolVersion, Study
from vibes.queries.asked_words import changes
from vibes.services import checks

# The key of the comparisons that were made anew: each shows what its first one showed. A comparison's purpose, group and
# cell are its own within a protocol.
_COPY_KEY = """
INSERT INTO {arm} (matchup_id, comparison_id, cue_on, edit_id)
SELECT arm.matchup_id, new.id, arm.cue_on, arm.edit_id FROM {arm} AS arm
JOIN {comparison} AS old ON old.id = arm.comparison_id AND old.protocol_id = %s
JOIN {comparison} AS new ON new.protocol_id = %s AND new.purpose = old.purpose
    AND new."group" = old."group" AND new.cell = old.cell
ORDER BY new.id
"""


class Outdated(Exception):
    """Somebody else has changed what is asked since the page was shown."""


class KeyLost(Exception):
    """A comparison would have no key, or two. Nothing was changed."""


@dataclass(frozen=True)
class Changed:
    """`beside`: the version before stays, closed, with its judgements; else nobody had been asked it, and this one has its
    number."""

    version: ProtocolVersion
    beside: bool


def first(*, by: User, study: Study) -> ProtocolVersion:
    return ProtocolVersion.objects.create(study=study, protocol=study.protocol, number=1, created_by=by)


@transaction.atomic
def change(*, by: User, study: Study, asked: Asked, seen: int | None = None) -> Changed | None:
    """None where raters are asked exactly this already. `seen`: the protocol on which the change was based; raises Outdated
    where it is another by now.

    What pairs answers waits meanwhile, and goes on under the new protocol.
    """
    study = Study.objects.select_for_update(of=("self",)).select_related("protocol__opening").get(pk=study.pk)
    old = study.protocol
    if seen is not None and seen != old.pk:
        raise Outdated
    if asked.digest == old.content_hash:
        return None
    before = study.versions.get(protocol=old)
    new = protocols.store(by=by, asked=asked, seed=old.seed)
    beside = successions.succeed(by=by, old=old, new=new)
    if beside:
        _copy_key(old, new)
    else:
        before.delete()
    study.protocol = new
    study.save(update_fields=["protocol"])
    number = before.number + beside
    version = ProtocolVersion.objects.create(study=study, protocol=new, number=number, created_by=by)
    checks.make_identical(study=study)
    audit.record(
        by=by,
        verb="changed what is asked in",
        subject=study,
        version=number,
        protocol=new.pk,
        before=old.pk,
        changed=[one.what for one in changes(Asked.of(old), asked)],
    )
    return Changed(version, beside)


def _copy_key(old: Protocol, new: Protocol) -> None:
    quote = connection.ops.quote_name
    tables = {model.__name__.lower(): quote(model._meta.db_table) for model in (Arm, Comparison)}
    wanted = Arm.objects.filter(comparison__protocol=old).count()
    with connection.cursor() as cursor:
        cursor.execute(_COPY_KEY.format(**tables), [old.pk, new.pk])
    if Arm.objects.filter(comparison__protocol=new).count() != wanted:
        raise KeyLost
