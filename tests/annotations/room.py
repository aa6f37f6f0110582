"""Builders of rating-room rows, through the room's own services."""

from dataclasses import dataclass

from annotations.models import Assignment, Comparison, Invitation, Protocol, Rater, RatingSession, User
from annotations.rubrics import Lean, Rubric
from annotations.services import comparisons, dealing, invitations, protocols, raters, sessions


@dataclass(frozen=True)
class Room:
    lead: User
    protocol: Protocol
    invitation: Invitation

    def comparison(
        self, number: int = 0, *, group: str = "", topic: str = "", cell: int = 0, wanted: int | None = None
    ) -> Comparison:
        return comparisons.create(
            protocol=self.protocol,
            group=group or f"group-{number}",
            topic=topic or f"topic-{number}",
            caption="advice",
            prefix=[{"role": "user", "text": f"Question {number}"}],
            side_a=[{"role": "assistant", "text": f"Answer **a{number}**"}],
            side_b=[{"role": "assistant", "text": f"Answer **b{number}**"}],
            cell=cell,
            wanted=wanted,
        )

    def comparisons(self, count: int) -> list[Comparison]:
        return [self.comparison(n) for n in range(count)]

    def checks(self, *, golds: int, pairs: int) -> None:
        """Comparisons with a known answer (A), and answers with themselves."""
        for number in range(golds + pairs):
            purpose = Comparison.Purpose.GOLD if number < golds else Comparison.Purpose.IDENTICAL
            side = [{"role": "assistant", "text": f"Answer **{purpose} {number}**"}]
            comparisons.create(
                protocol=self.protocol,
                group=f"{purpose}-{number}",
                topic=f"{purpose}-topic-{number}",
                caption="advice",
                prefix=[{"role": "user", "text": f"Question {purpose} {number}"}],
                side_a=side,
                side_b=side,
                purpose=purpose,
                expected="a" if purpose == Comparison.Purpose.GOLD else "",
            )

    def rater(self) -> Rater:
        return raters.begin(invitation=self.invitation)

    def session(self, rater: Rater | None = None, *, length: int | None = None) -> RatingSession:
        session = sessions.open_session(rater=rater or self.rater(), protocol=self.protocol, length=length)
        sessions.consent(session=session)
        session.refresh_from_db()
        return session

    def dealt(self, session: RatingSession) -> Assignment:
        assignment = dealing.deal_next(session=session, served=True)
        assert assignment is not None
        return assignment


def make(
    *,
    overlap: int = 2,
    session_length: int = 30,
    lean: str = "tie",
    both_bad: bool = True,
    seed: int = 7,
    rubric: Rubric | None = None,
    **rates: float,
) -> Room:
    lead, _ = User.objects.get_or_create(username="lead")
    protocol = protocols.create(
        by=lead,
        title="Which answer is better?",
        seed=seed,
        overlap=overlap,
        session_length=session_length,
        **rates,
        rubric=rubric or Rubric("", lean=Lean(lean), both_bad=both_bad),
    )
    return Room(lead, protocol, invitations.create(by=lead, protocol=protocol))
