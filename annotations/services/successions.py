"""One protocol takes over from another: its comparisons, its links and the state of its rating.

Where nobody has been dealt anything, the comparisons themselves go over. Else they are made anew as they were frozen: the
old ones stay with their judgements, and nothing further of them is dealt.
"""

from django.db import connection, transaction
from django.db.models import Case, F, PositiveSmallIntegerField, When
from django.utils import timezone

from annotations.models import Assignment, Comparison, Invitation, Opening, Protocol, RatingSession, User
from annotations.queries import moves, openings
from annotations.services import ahead, audit, overlap, training

State = Opening.State
# By the database itself: a hundred thousand comparisons with their texts do not pass through this process.
_COPY = """
INSERT INTO {table} (public_id, protocol_id, wanted, taken, covered, created_at, {columns})
SELECT {uuid}, %s, CASE WHEN wanted = %s AND cell = 0 THEN %s ELSE wanted END, 0, 0, %s, {columns}
FROM {table} WHERE protocol_id = %s ORDER BY id
"""
# What a copy has of its own; all other columns are those of the first one. So is its place in the random order: it is
# drawn from the seed.
OWN = {"id", "public_id", "protocol", "wanted", "taken", "covered", "created_at"}
UUIDS = {"postgresql": "gen_random_uuid()", "sqlite": "lower(hex(randomblob(16)))"}


@transaction.atomic
def succeed(*, by: User, old: Protocol, new: Protocol) -> bool:
    """Whether `old` has been asked of anybody and stays, closed, beside `new`, which has its seed. An answer to it that is
    on a screen is still taken.

    A comparison that wants as many judgements as `old` asks for wants as many as `new` does; the variants of a group want
    what they did.
    """
    if new.seed != old.seed:
        raise ValueError(
            "a protocol that takes over keeps the seed: its comparisons stand in the order drawn from it"
        )
    stays = _is_dealt(old)
    if not stays:
        _wait_for_dealers(old)
        stays = _is_dealt(old)
    state = openings.state_of(old)
    if stays:
        _copy(old, new)
        Opening.objects.update_or_create(protocol=old, defaults={"state": State.CLOSED})
    else:
        _move(old, new)
    Opening.objects.create(protocol=new, state=state)
    # Also those that are withdrawn or over: their raters are known by them.
    Invitation.objects.filter(protocol=old).update(protocol=new)
    audit.record(by=by, verb="made successor", subject=new, of=old.pk, beside=stays)
    return stays


@transaction.atomic
def follow(*, session: RatingSession) -> RatingSession:
    """The rater of this session goes over to what their link asks now: their next session. What was dealt ahead in this one
    is given back, since it would count as met; an answer to what is on a screen is still taken."""
    ahead.drop(session=session)
    return training.open_next(rater=session.rater, protocol=moves.next_protocol(session))


def _is_dealt(protocol: Protocol) -> bool:
    return Assignment.objects.filter(comparison__protocol=protocol).exists()


def _wait_for_dealers(old: Protocol) -> None:
    """No session begins under `old` from here on, and none of it is being dealt anything."""
    Protocol.objects.select_for_update().get(pk=old.pk)
    sessions = RatingSession.objects.filter(protocol=old, ended_at=None).order_by("pk")
    list(sessions.select_for_update().values_list("pk"))


def _move(old: Protocol, new: Protocol) -> None:
    usual = When(cell=0, wanted=old.overlap, then=new.overlap)
    wanted = Case(usual, default=F("wanted"), output_field=PositiveSmallIntegerField())
    Comparison.objects.filter(protocol=old).update(protocol=new, wanted=wanted)
    overlap.recount(protocol=new)


def _copy(old: Protocol, new: Protocol) -> None:
    quote = connection.ops.quote_name
    columns = [str(field.column) for field in Comparison._meta.concrete_fields if field.name not in OWN]
    sql = _COPY.format(
        table=quote(Comparison._meta.db_table),
        columns=", ".join(quote(column) for column in columns),
        uuid=UUIDS[connection.vendor],
    )
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(sql, [new.pk, old.overlap, new.overlap, now, old.pk])
    overlap.recount(protocol=new)
