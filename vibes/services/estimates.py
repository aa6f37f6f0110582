"""What a study will ask and cost at most, told before anything is asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from django.db.models import Count

from vibes.datasets.turns import open_turns
from vibes.edits import claims_question, requests
from vibes.edits.registry import EDITS
from vibes.models import Endpoint, Generation, Study
from vibes.providers.base import Reply, Usage
from vibes.providers.prices import Prices
from vibes.services.generations import batch_plan, budget, queue
from vibes.services.generations.conversation import Talk
from vibes.services.generations.requests import prices_of
from vibes.services.planting import CuePlan
from vibes.services.studies import Plan

# Answers of these cost nothing unless a price is set.
FREE = (Endpoint.Provider.LOCAL, Endpoint.Provider.SCRIPTED)
CHUNK = 500
CENT = Decimal("0.01")
# In place of an answer that nobody has yet.
NOTHING = Reply("", "", "stop", Usage(), "", 0.0, {})


@dataclass(frozen=True)
class Line:
    """One endpoint's share. `most` in US dollars; None where no price is set."""

    endpoint: str
    calls: int
    stored: int
    most: Decimal | None
    free: bool

    @property
    def asked(self) -> int:
        return self.calls - self.stored

    @property
    def most_told(self) -> str:
        return _told(self.most)


@dataclass(frozen=True)
class Estimate:
    """`calls` is what the study needs, `stored` what is there already, `asked` the difference; `most` the highest cost
    at the endpoints' prices. `unpriced` names the endpoints whose cost nobody can tell."""

    lines: tuple[Line, ...]
    budget: Decimal | None

    @property
    def calls(self) -> int:
        return sum(line.calls for line in self.lines)

    @property
    def stored(self) -> int:
        return sum(line.stored for line in self.lines)

    @property
    def asked(self) -> int:
        return sum(line.asked for line in self.lines)

    @property
    def most(self) -> Decimal | None:
        told = [line.most for line in self.lines if line.most is not None]
        return sum(told, Decimal(0)) if told else None

    @property
    def most_told(self) -> str:
        return _told(self.most)

    @property
    def unpriced(self) -> tuple[str, ...]:
        return tuple(line.endpoint for line in self.lines if line.most is None and not line.free)

    @property
    def stops_early(self) -> bool:
        """Whether the spending cap may stop the study before it is complete."""
        return self.budget is not None and self.most is not None and self.most > self.budget

    @property
    def may_cost(self) -> bool:
        return any(line.asked and not line.free for line in self.lines)

    @property
    def agreed(self) -> str:
        """What a lead agrees to: it changes with every figure that the page shows."""
        return "; ".join(sorted(f"{line.endpoint}: {line.asked} {line.most_told}" for line in self.lines))


def _told(most: Decimal | None) -> str:
    """In whole cents, rounded up, since it is a bound; empty where no price is set."""
    return "" if most is None else f"US${most.quantize(CENT, ROUND_UP):,}"


def estimate(plan: Plan) -> Estimate:
    """Counts calls and bounds their cost. Prompts that are not stored yet have no stored answers."""
    turns = [len(open_turns(prompt.turns)) for prompt in plan.prompts]
    lines = [_line(plan, endpoint, turns) for endpoint in plan.endpoints]
    lines += [_edit_line(plan, cue, cue.endpoint) for cue in plan.cues if cue.endpoint]
    lines += [_claims_line(plan, cue, cue.reader) for cue in plan.cues if cue.reader]
    return Estimate(tuple(lines), plan.budget)


def _edit_line(plan: Plan, cue: CuePlan, editor: Endpoint) -> Line:
    """One edit of every answer, as if each were as long as it may be; fewer where not every pair carries the cue."""
    prices, each = prices_of(editor), plan.samples
    most = None
    if prices:
        asked = (_edit_size(cue.name, prompt.text) for prompt in plan.prompts)
        most = sum(
            (
                each
                * sum(
                    (prices.most(size + one.max_tokens, editor.max_tokens) for one in plan.endpoints),
                    Decimal(0),
                )
                for size in asked
            ),
            Decimal(0),
        )
    calls = len(plan.prompts) * len(plan.endpoints) * each
    title = EDITS[cue.name].title.lower()
    free = not most and (prices is not None or editor.provider in FREE)
    return Line(f"{editor.name}, edits: {title}", calls=calls, stored=0, most=most, free=free)


def _claims_line(plan: Plan, cue: CuePlan, reader: Endpoint) -> Line:
    """One reading of every edit, as if each were as long as it may be; fewer where the rule finds something wrong first."""
    prices, each = prices_of(reader), plan.samples * len(plan.prompts)
    most = None
    if prices:
        size = _claims_size(cue.name)
        both = (one.max_tokens + _edited_tokens(cue, one) for one in plan.endpoints)
        most = each * sum((prices.most(size + texts, reader.max_tokens) for texts in both), Decimal(0))
    title = EDITS[cue.name].title.lower()
    free = not most and (prices is not None or reader.provider in FREE)
    name = f"{reader.name}, claims read: {title}"
    return Line(name, calls=each * len(plan.endpoints), stored=0, most=most, free=free)


def _claims_size(name: str) -> int:
    """Bytes of a question about an edit, both texts aside."""
    asked = claims_question.question(name, original="", edited="")
    return len((asked.system + asked.user).encode("utf-8", "replace")) + 2 * budget.MESSAGE_TOKENS


def _edited_tokens(cue: CuePlan, answered: Endpoint) -> int:
    """What the editor may write; a rule makes no answer twice as long."""
    return cue.endpoint.max_tokens if cue.endpoint else 2 * answered.max_tokens


def _edit_size(name: str, prompt: str) -> int:
    """Bytes of a request for an edit, the answer aside."""
    asked = requests.request(name, prompt=prompt, answer="")
    return len((asked.system + asked.user).encode("utf-8", "replace")) + 2 * budget.MESSAGE_TOKENS


def _line(plan: Plan, endpoint: Endpoint, turns: Sequence[int]) -> Line:
    """One call for each open turn of each sample. `turns`: how many each prompt has."""
    there = [0] * len(turns) if plan.fresh else _stored(plan, endpoint)
    prices = prices_of(endpoint)
    most = _most(plan, endpoint, prices, there) if prices else None
    return Line(
        endpoint.name,
        calls=plan.samples * sum(turns),
        stored=sum(n * each for n, each in zip(there, turns, strict=True)),
        most=most,
        free=not most and (prices is not None or endpoint.provider in FREE),
    )


def _stored(plan: Plan, endpoint: Endpoint) -> list[int]:
    """How many of the samples are there, prompt by prompt."""
    digest = queue.snapshot_hash(queue.snapshot(endpoint))
    done = Generation.objects.filter(
        snapshot_hash=digest, state=Generation.State.DONE, sample__lt=plan.samples
    )
    keys = [prompt.pk for prompt in plan.prompts]
    found: dict[int, int] = {}
    for start in range(0, len(keys), CHUNK):
        some = [key for key in keys[start : start + CHUNK] if key]
        rows = done.filter(prompt__in=some).values_list("prompt").annotate(n=Count("pk"))
        found |= dict(rows)
    return [found.get(key, 0) for key in keys]


def _most(plan: Plan, endpoint: Endpoint, prices: Prices, there: Sequence[int]) -> Decimal:
    """The most that the samples which are not there may cost, by the rule by which the spending cap counts a call."""
    in_batch = plan.delivery == Study.Delivery.BATCH and batch_plan.batchable(endpoint)
    frozen = queue.snapshot(endpoint)
    whole = Decimal(0)
    for prompt, n in zip(plan.prompts, there, strict=True):
        talk = Talk(prompt.turns, frozen)
        calls = list(_calls(talk)) if n < plan.samples else []
        # A conversation of several open turns is not batched.
        share = endpoint.batch_share if in_batch and len(calls) == 1 else Decimal(1)
        whole += (plan.samples - n) * share * sum((prices.most(*call) for call in calls), Decimal(0))
    return whole


def _calls(talk: Talk) -> Iterator[tuple[int, int]]:
    """(bytes in, most tokens out) of each call. An answer that is sent back has no more tokens than it was allowed."""
    while request := talk.request():
        most = budget.most_tokens(request)
        yield budget.size(request) + talk.turn * most, most
        talk.answer(NOTHING)
