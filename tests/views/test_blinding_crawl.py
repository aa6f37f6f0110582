"""Every byte that a rater's browser can fetch before the votes are closed: pages, fragments, headers, cookies, errors, static
files, and what the team's addresses answer. None of them holds a name; and a variant that leaks is found."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations.models import Assignment, Comparison, Invitation, Protocol, Rater, User
from annotations.queries import access
from annotations.rubrics import PRESETS
from annotations.services import comparisons, dealing, openings, standing
from tests.house.test_doors import DOORS, WORDS
from tests.services import desk
from tests.views import rated
from vibes.models import Arm, Endpoint, Generation, Matchup, Prompt, PromptSet, Study
from vibes.services import cases, pairing
from vibes.views.access import ANYONE, RATER, ROLES

pytestmark = pytest.mark.django_db
# What a rater must not meet, wherever it is stored.
NAMES = (
    "ZEBRACORP",
    "QUAGGALABS",
    "CAPYBARA-HOST",
    "TAPIR-SYSTEM",
    "OKAPI-STUDY",
    "GNU-PROMPT",
    "KUDU-SET",
    "IBEX-CASES",
    "IBEX-NOTE",
    "NARWHAL-LEAD",
    "AXOLOTL-GOLD",
    "scripted",
)
# Told once the vote of a training comparison stands, and not before.
TRAINED = "MARMOT-TRAINED"
IDS = 730_000_000  # they begin here, so that they can be searched for
# Leads sign out and raters end sets: done last, by themselves.
ENDS = {"sign_out", "annotations:another", "annotations:consent"}
STATIC = re.compile(r"/static/[\w./-]+")
RELATIVE = re.compile(r"""(?:from|import)\s*\(?["'](\./[\w./-]+)["']|url\(["']?([\w./-]+)["']?\)""")
UUID = str(WORDS[next(kind for kind in WORDS if kind.__name__ == "UUIDConverter")])


@pytest.fixture
def study() -> Study:
    """Three kinds of comparisons, names everywhere, and all questions after the vote."""
    made = desk.study(
        prompt_count=4,
        settings={"system": "TAPIR-SYSTEM: be brief."},
        rubric=PRESETS["sycophancy"],
        gold_rate=0.25,
        recognise_rate=1.0,
        training_length=1,
        training_pass=1,
        session_length=4,
        reveal="after",
    )
    named()
    for row in Generation.objects.select_related("endpoint"):
        says = (
            f"I am {row.endpoint.name}, and it depends on the weather: {'much' if row.pk % 2 else 'little'}."
        )
        Generation.objects.filter(pk=row.pk).update(text=says, state="done", served_model=row.endpoint.model)
    pairing.assemble(study=made)
    checks(made)
    numbered()
    listed = cases.create(by=desk.lead(), name="IBEX-CASES")
    cases.add(by=desk.lead(), case_list=listed, comparisons=Comparison.objects.all(), note="IBEX-NOTE")
    made.refresh_from_db()
    return made


def named() -> None:
    User.objects.update(username="NARWHAL-LEAD", email="lead@narwhal-lead.example")
    for character, name in (("plain", "ZEBRACORP 9000"), ("flattering", "QUAGGALABS mini")):
        Endpoint.objects.filter(model=f"scripted-{character}").update(
            name=name, model=name.replace(" ", "-").lower(), base_url="http://capybara-host.example/v1"
        )
    Study.objects.update(name="OKAPI-STUDY: ZEBRACORP against QUAGGALABS")
    PromptSet.objects.update(name="KUDU-SET")
    for prompt in Prompt.objects.all():
        Prompt.objects.filter(pk=prompt.pk).update(
            reference=f"GNU-PROMPT-{prompt.pk}", twin="GNU-PROMPT-TWIN", answer_key="GNU-PROMPT-KEY"
        )


def checks(made: Study) -> None:
    rows = ((Comparison.Purpose.GOLD, "AXOLOTL-GOLD"), (Comparison.Purpose.TRAINING, TRAINED))
    for number, (purpose, explanation) in enumerate(rows):
        comparisons.create(
            protocol=made.protocol,
            group=f"{number:016x}",
            topic=f"{number:016x}",
            caption="maths",
            prefix=[{"role": "user", "text": "What is 2 + 2?"}],
            side_a=[{"role": "assistant", "text": "4"}],
            side_b=[{"role": "assistant", "text": "5"}],
            purpose=purpose,
            expected="a",
            explanation=explanation,
        )


def numbered() -> None:
    """Ids of the key that can be searched for: what points at a row follows it."""
    with transaction.atomic():
        for pk in Generation.objects.values_list("pk", flat=True):
            Generation.objects.filter(pk=pk).update(id=IDS + pk)
            Study.generations.through.objects.filter(generation_id=pk).update(generation_id=IDS + pk)
            Matchup.objects.filter(generation_a=pk).update(generation_a=IDS + pk)
            Matchup.objects.filter(generation_b=pk).update(generation_b=IDS + pk)
        for pk in Matchup.objects.values_list("pk", flat=True):
            Matchup.objects.filter(pk=pk).update(id=IDS + pk)
            Arm.objects.filter(matchup=pk).update(matchup=IDS + pk)
        for pk in Arm.objects.values_list("pk", flat=True):
            Arm.objects.filter(pk=pk).update(id=IDS + pk)


@dataclass
class Crawl:
    """A rater's browser, and all that it received: where from, and every byte of it."""

    study: Study
    client: Client = field(default_factory=Client)
    received: list[tuple[str, str]] = field(default_factory=list)

    def keep(self, where: str, response: Any) -> str:
        headers = "\n".join(f"{name}: {value}" for name, value in response.items())
        body = b"".join(response) if response.streaming else response.content
        # The browser's own words come back in `?next=`.
        own = where.partition(" ")[2]
        text = f"{headers}\n{response.cookies}\n{body.decode(errors='replace')}".replace(own, "…")
        self.received.append((f"{response.status_code} {where}", text))
        return text

    def get(self, path: str, **options: Any) -> str:
        return self.keep(f"GET {path}", self.client.get(path, **options))

    def post(self, path: str, sent: dict[str, Any] | None = None, **options: Any) -> str:
        return self.keep(f"POST {path}", self.client.post(path, sent or {}, **options))

    def act(self, name: str, assignment: Assignment, number: int = 1, **sent: Any) -> str:
        """One step of the page, as htmx sends it, with the pair ahead; then the whole page as it is now."""
        path = reverse(f"annotations:{name}", args=[assignment.public_id])
        sent["key"] = f"{assignment.public_id}.{number}"
        headers = {"HX-Request": "true", "Room-Holds": str(assignment.public_id)}
        return self.post(path, sent, headers=headers) + self.page()

    def page(self) -> str:
        return self.get(reverse("annotations:rate"), follow=True)

    def waiting(self) -> Assignment:
        return Assignment.objects.get(state="dealt", rater=self.rater)

    @property
    def rater(self) -> int:
        return int(self.client.session[access.RATER_KEY])

    def leaks(self, names: tuple[str, ...] = NAMES) -> set[str]:
        ids = (
            str(pk)
            for model in (Arm, Matchup, Generation)
            for pk in model.objects.values_list("pk", flat=True)
        )
        told = [(where, text.casefold()) for where, text in self.received]
        searched = [name.casefold() for name in (*names, *ids, *map(str, comparison_ids()))]
        return {f"{name} in {where}" for name in searched for where, text in told if name in text}


def comparison_ids() -> Iterator[object]:
    for row in Comparison.objects.all():
        yield from (row.public_id, row.group, row.topic)


def begin(crawl: Crawl) -> None:
    token = crawl.study.protocol.invitations.get().token
    for path in ("/", "/sign-in/", "/health/", f"/r/{token}/", "/r/no-such-link/"):
        crawl.get(path)
    crawl.post(reverse("annotations:begin", args=[token]))
    crawl.post(reverse("annotations:resume", args=[token]), {"code": "WRONG"})
    crawl.get(reverse("annotations:welcome"))
    crawl.post(reverse("annotations:consent"))
    crawl.post(reverse("annotations:consent"), {"agree": "on"}, follow=True)


def train(crawl: Crawl) -> None:
    """The training round, whose explanation comes after the vote and not before."""
    crawl.page()
    trained = crawl.waiting()
    assert not crawl.leaks((TRAINED,)), "told before the vote"
    told = crawl.act("verdict", trained, verdict="b" if trained.left == "b" else "a")
    assert "was expected" in told and TRAINED in told
    crawl.act("feedback", trained, 2)
    crawl.post(reverse("annotations:another"), follow=True)


def rate(crawl: Crawl) -> None:
    """One set, with each step and each slip that a page can come to; on every new page all other doors are tried."""
    first = True
    while "Done:" not in crawl.page():
        now = crawl.waiting()
        if first:
            knock(crawl, now)
            crawl.act("verdict", now, verdict="nonsense")
            crawl.act("verdict", now, verdict="a")
            crawl.act("undo", now, 2)
            crawl.act("undo", now, 9)
        number = 3 if first else 1
        assert "If you had to send one?" in crawl.act("verdict", now, number, verdict="tie")
        assert "Did you recognise a model?" in crawl.act("lean", now, number + 1, lean="a")
        crawl.act("details", now, number + 2, recognised="yes", recognised_left="A zebra?")
        crawl.act("verdict", now, number + 9, verdict="b")
        crawl.post(reverse("annotations:pause"))
        first = False


def knock(crawl: Crawl, own: Assignment) -> None:
    """At every door of the URLconf, with the ids that a rater may know, guess or be sent by somebody else."""
    study = crawl.study
    foreign = dealing.deal_next(session=rated.person(study))
    assert foreign is not None
    token = study.protocol.invitations.get().token
    numbers = {
        "studies": study.pk,
        "generations": study.generations.first().pk,
        "endpoints": study.endpoints.first().pk,
        "invitations": study.protocol.invitations.get().pk,
        "rate": 1,
    }
    uuids = [own.public_id, foreign.public_id, own.comparison.public_id, own.rater.public_id]
    for name, path in (door for door in DOORS if door[0] not in ENDS):
        number = numbers.get(path.split("/")[1], 1)
        filled = path.replace("/1/", f"/{number}/").replace("/nobody/", f"/{token}/", 1)
        # Acts on the own comparison come with the walk through the pages; here it is only looked at.
        acts = uuids[1:] if ROLES[name] == RATER else uuids
        for address in {filled.replace(UUID, str(one)) for one in uuids}:
            crawl.get(address)
            crawl.get(address, headers={"HX-Request": "true"})
        for address in {filled.replace(UUID, str(one)) for one in acts}:
            crawl.post(address)
            crawl.post(address, headers={"HX-Request": "true"})
        if ROLES[name] not in (RATER, ANYONE):
            refused = {where[:3] for where, _ in crawl.received if where.endswith(f" {filled}")}
            assert refused <= {"302", "401", "403", "404"}, (name, refused)


def fail(crawl: Crawl) -> None:
    """What goes wrong: no such page, no token, a wrong method, a fault of the server."""
    crawl.get("/nowhere/ZEBRA/")
    crawl.post("/health/")
    strict = Crawl(crawl.study, Client(enforce_csrf_checks=True), crawl.received)
    strict.client.cookies = crawl.client.cookies
    strict.post(reverse("annotations:rate"))
    strict.post(reverse("annotations:pause"))
    if connection.vendor == "sqlite":
        crawl.client.raise_request_exception = False
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE annotations_assignment RENAME TO elsewhere")
            text = crawl.page()
            cursor.execute("ALTER TABLE elsewhere RENAME TO annotations_assignment")
        crawl.client.raise_request_exception = True
        assert "Something failed here" in text


def stop(crawl: Crawl) -> None:
    """The rater paused, rating paused and closed, the link withdrawn: each on a set that is not full."""
    lead, protocol = desk.lead(), crawl.study.protocol
    rater = Rater.objects.get(pk=crawl.rater)
    standing.pause(by=lead, rater=rater, reason="OKAPI-STUDY wants a word")
    crawl.page()
    standing.readmit(by=lead, rater=rater, reason="OKAPI-STUDY had it")
    for change in (openings.pause, openings.close):
        change(by=lead, protocol=protocol)
        crawl.page()
        crawl.get(reverse("annotations:invitation", args=[protocol.invitations.get().token]))
    openings.reopen(by=lead, protocol=protocol)
    Invitation.objects.update(withdrawn_at=timezone.now())
    crawl.get(reverse("annotations:invitation", args=[protocol.invitations.get().token]))


def files(crawl: Crawl) -> set[str]:
    """All static files that a page names, and those that they name."""
    named = {path for _, text in crawl.received for path in STATIC.findall(text)}
    seen: set[str] = set()
    while named - seen:
        path = min(named - seen)
        seen.add(path)
        response = crawl.client.get(path)
        assert response.status_code == 200, path
        text = crawl.keep(f"GET {path}", response)
        if path.endswith((".js", ".css")):
            for script, sheet in RELATIVE.findall(text):
                named.add(_joined(path, script or sheet))
    return seen


def _joined(path: str, relative: str) -> str:
    parts = path.split("/")[:-1]
    for part in relative.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


@pytest.mark.slow
def test_no_byte_that_a_browser_can_fetch_before_the_votes_are_closed_names_anything(study: Study) -> None:
    crawl = Crawl(study)
    begin(crawl)
    train(crawl)
    rate(crawl)
    done = crawl.page()
    assert "Done:" in done and "see who wrote what" in done
    crawl.get(reverse("reveal", args=[1]), follow=True)
    fail(crawl)
    assert len(files(crawl)) > 30
    assert not crawl.leaks()
    everything = "\n".join(text for _, text in crawl.received)
    for said in (
        "Before you begin",
        "[name]",
        "data-ahead=",
        "You are not",
        "There is no such page",
        "stood open too long",
    ):
        assert said in everything, said
    assert {where[:3] for where, _ in crawl.received} >= {"200", "302", "403", "404", "405", "409", "422"}
    # The search would find a name: once the votes are closed there are some.
    closed = Crawl(study, crawl.client)
    closed.post(reverse("reveal", args=[1]), follow=True)
    assert {found.split(" in ")[0] for found in closed.leaks()} == {"zebracorp", "quaggalabs"}


def test_no_page_of_what_is_stopped_names_anything(study: Study) -> None:
    Protocol.objects.update(training_length=0, training_pass=0)
    study.refresh_from_db()
    crawl = Crawl(study)
    begin(crawl)
    crawl.page()
    stop(crawl)
    everything = "\n".join(text for _, text in crawl.received)
    for said in ("has paused your session", "Rating is paused", "Rating has ended", "withdrawn"):
        assert said in everything, said
    assert not crawl.leaks()


def in_header(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A middleware that means well."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        waits = Assignment.objects.filter(state="dealt").first()
        if waits and waits.purpose == "study":
            matchup = Arm.objects.get(comparison=waits.comparison_id).matchup
            response["Server-Timing"] = f'generation;desc="{matchup.generation_a.endpoint.name}"'
            response.set_cookie("last", f"{matchup.pk}")
        return response

    return answered


def in_title(_settings: Any) -> None:
    Protocol.objects.update(title="OKAPI-STUDY")


def in_answer(_settings: Any) -> None:
    for row in Comparison.objects.all():
        side = [turn | {"thoughts": "The user asks Quaggalabs mini."} for turn in row.side_a]
        Comparison.objects.filter(pk=row.pk).update(side_a=side)


def in_ids(settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.in_header"]


@pytest.mark.parametrize(
    ("leak", "found"), [(in_title, "okapi-study"), (in_answer, "quaggalabs"), (in_ids, "zebracorp")]
)
def test_a_leak_is_found(study: Study, settings: Any, leak: Callable[[Any], None], found: str) -> None:
    """The same walk, where one name, or an id of the key, has found its way out."""
    Protocol.objects.update(training_length=0, training_pass=0, gold_rate=0)
    study.refresh_from_db()
    leak(settings)
    crawl = Crawl(study)
    begin(crawl)
    crawl.page()
    names = {told.split(" in ")[0] for told in crawl.leaks()}
    assert found in names or (leak is in_ids and "quaggalabs" in names)
    assert leak is not in_ids or any(name.startswith(str(IDS)[:2]) for name in names)
