"""Fills a database with comparisons that can be looked for, and times pages of them.

    python bench/workers/stored_comparisons.py COUNT TIMES

The first TEMPLATES are made one by one, with words and facts as the product makes them; the rest are copies of them made by
the database, each with a word of its own. Words follow Zipf's law. Prints one line of JSON.
"""

import json
import random
import statistics
import sys
import time
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import django

django.setup()

from collections import Counter  # noqa: E402
from urllib.parse import urlencode  # noqa: E402

from django.db import connection  # noqa: E402
from django.db.models import Max  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from annotations.models import Comparison, User  # noqa: E402
from vibes.datasets.prompt_files import PromptRow  # noqa: E402
from vibes.models import Arm, FindableComparison, FindableStudy, Generation, Study  # noqa: E402
from vibes.queries import finding_facts, finding_words  # noqa: E402
from vibes.queries.unblinded import Seen  # noqa: E402
from vibes.services import endpoints, findable, pairing, prompts, studies  # noqa: E402

TEMPLATES = 20_000
VOCABULARY, WORDS, PROMPTS = 20_000, 100, 50
# Stands in the oldest comparisons alone, so that a walk from the newest finds none for long.
EARLY, EARLY_SHARE = "antediluvian", 20
COPIES = """
INSERT INTO annotations_comparison ({columns}) SELECT {values}
FROM generate_series(1, %s) AS n, annotations_comparison AS row WHERE row.id BETWEEN %s AND %s
"""
FINDABLE = """
INSERT INTO vibes_findablecomparison (comparison_id, study_id, words, facts, votes, longer, formatted)
SELECT row.comparison_id + n * %s, row.study_id, row.words || 'case' || (row.comparison_id + n * %s) || ' ', row.facts, row.votes,
    row.longer, row.formatted
FROM generate_series(1, %s) AS n, vibes_findablecomparison AS row WHERE row.comparison_id BETWEEN %s AND %s
"""
ARMS = """
INSERT INTO vibes_arm (matchup_id, comparison_id, cue_on) SELECT row.matchup_id, row.comparison_id + n * %s, ''
FROM generate_series(1, %s) AS n, vibes_arm AS row WHERE row.comparison_id BETWEEN %s AND %s
"""
INDEXES = (
    ("findable_document", "CREATE INDEX findable_document ON vibes_findablecomparison USING gin (document)"),
    (
        "findable_facts",
        "CREATE INDEX findable_facts ON vibes_findablecomparison USING gin (string_to_array(facts, ' '))",
    ),
)


def a_study() -> Study:
    lead = User.objects.create(username="bench", role=User.Role.ADMIN)
    rows = [
        PromptRow(f"q{n}", ({"role": "user", "content": f"Question {n}?"},), ("advice", "factual")[n % 2])
        for n in range(PROMPTS)
    ]
    chosen = [
        endpoints.add(by=lead, name=f"Model {n}", provider="scripted", model=f"m{n}", base_url="")
        for n in range(4)
    ]
    stored = prompts.store(by=lead, name="bench", rows=rows)
    plan = studies.Plan(name="Bench", prompts=list(stored.prompts.all()), endpoints=chosen)
    made = studies.create(by=lead, plan=plan, seed=1)
    Generation.objects.update(state=Generation.State.DONE, text="An answer.")
    pairing.assemble(study=made)
    return made


class Words:
    """Answers of words drawn by Zipf's law."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.known = [f"w{n}x" for n in range(1, VOCABULARY + 1)]
        self.weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))

    def answer(self) -> str:
        return " ".join(self.rng.choices(self.known, cum_weights=self.weights, k=WORDS))


def templates(study: Study, count: int) -> tuple[int, int]:
    """The lowest and the highest id of so many, each with votes of three."""
    rng = random.Random(1)
    words = Words(rng)
    arms = list(
        Arm.objects.select_related("matchup__prompt", "matchup__generation_a", "matchup__generation_b")
    )
    like = Comparison.objects.get(pk=arms[0].comparison_id)
    first = (Comparison.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    for start in range(0, count, 1_000):
        chosen = [rng.choice(arms) for _ in range(min(1_000, count - start))]
        made = [_comparison(like, first + start + n, words) for n in range(len(chosen))]
        Comparison.objects.bulk_create(made)
        pairs = list(zip(made, chosen, strict=True))
        Arm.objects.bulk_create(Arm(matchup=arm.matchup, comparison=row) for row, arm in pairs)
        FindableComparison.objects.bulk_create(_findable(study, row, arm, rng) for row, arm in pairs)
    return first, first + count - 1


def _comparison(like: Comparison, pk: int, words: Words) -> Comparison:
    sides = [[{"role": "assistant", "text": words.answer(), "thoughts": ""}] for _ in "ab"]
    return Comparison(
        pk=pk,
        protocol_id=like.protocol_id,
        group=f"bench {pk}",
        topic=f"bench {pk % 1_000}",
        caption="advice",
        prefix=[{"role": "user", "text": "A question that somebody asked?", "thoughts": ""}],
        side_a=sides[0],
        side_b=sides[1],
        wanted=3,
    )


def _findable(study: Study, row: Comparison, arm: Arm, rng: random.Random) -> FindableComparison:
    said = Counter(rng.choices(("a", "b", "tie", "both_bad"), weights=(4, 4, 1.5, 0.5), k=3))
    matchup = arm.matchup
    ends = {"a": matchup.generation_a.endpoint_id, "b": matchup.generation_b.endpoint_id}
    seen = Seen(ends, matchup.prompt.prompt_class, "", "", {"person": said}, {}, {})
    texts = [row.prefix[0]["text"], row.side_a[0]["text"], row.side_b[0]["text"]]
    longer = rng.choice("ab")
    return FindableComparison(
        comparison=row,
        study=study,
        words=f"{finding_words.stored(texts)[0]}case{row.pk} ",
        facts=finding_facts.stored(study.pk, seen, longer=longer, formatted=""),
        votes={"person": dict(said)},
        longer=longer,
    )


def copy(first: int, last: int, times: int) -> None:
    """So many copies of all of these, by the database. Indexes are built afterwards: that takes a fifth of the time."""
    size = last - first + 1
    columns = [str(field.column) for field in Comparison._meta.concrete_fields]
    own = {"id": f"row.id + n * {size}", "public_id": "gen_random_uuid()", "draw": "random()"}
    quoted = [connection.ops.quote_name(column) for column in columns]
    values = [own.get(column, f"row.{name}") for column, name in zip(columns, quoted, strict=True)]
    with connection.cursor() as cursor:
        for name, _ in INDEXES:
            cursor.execute(f"DROP INDEX {name}")
        sql = COPIES.format(columns=", ".join(quoted), values=", ".join(values))
        cursor.execute(sql, [times, first, last])
        cursor.execute(ARMS, [size, times, first, last])
        cursor.execute(FINDABLE, [size, size, times, first, last])
        early = first + size * (times + 1) // EARLY_SHARE
        cursor.execute(
            f"UPDATE vibes_findablecomparison SET words = words || '{EARLY} ' WHERE comparison_id < %s",
            [early],
        )
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _, statement in INDEXES:
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")


def timed(client: Client, path: str, asked: list[dict[str, object]]) -> dict[str, float]:
    times = []
    for one in asked:
        start = time.perf_counter()
        page = client.get(f"{path}?{urlencode(one)}" if one else path)
        times.append(1000 * (time.perf_counter() - start))
        assert page.status_code == 200, page
        assert b'name="comparison"' in page.content or b"No comparison is like this" in page.content, one
    ordered = sorted(times)
    return {
        "n": len(times),
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(ordered[int(0.95 * len(times))], 1),
    }


def kinds(study: Study, first: int, count: int, times: int) -> dict[str, list[dict[str, object]]]:
    """What each kind of page asks for, `times` of it."""
    rng = random.Random(2)
    ends = list(study.endpoints.values_list("pk", flat=True))

    def several(one: object) -> list[dict[str, object]]:
        return [one() for _ in range(times)]  # type: ignore[operator]

    found = {
        "no filter": several(dict),
        "a word in most": several(lambda: {"q": f"w{rng.randint(1, 10)}x"}),
        "a word in one of a hundred": several(lambda: {"q": f"w{rng.randint(1500, 2500)}x"}),
        "a word in a few": several(lambda: {"q": f"case{first + rng.randrange(count)}"}),
        "a passage": several(lambda: {"q": f'"w{rng.randint(1, 9)}x w{rng.randint(1, 9)}x"'}),
        "a word left out": several(lambda: {"q": f"-w{rng.randint(20, 200)}x"}),
        "a verdict": several(lambda: {"said": "both_bad"}),
        "a verdict and a word": several(lambda: {"said": "b", "q": f"w{rng.randint(1, 300)}x"}),
        "a pair, who won, a class, a word": several(
            lambda: {
                "endpoint": ends[0],
                "against": rng.choice(ends[1:]),
                "outcome": "won",
                "prompts": "advice",
                "q": f"w{rng.randint(1, 300)}x",
            }
        ),
        "the last page": several(lambda: {"after": 0}),
        "the last page of a word": several(lambda: {"q": f"w{rng.randint(1, 300)}x", "after": 0}),
        "a page in the middle": several(lambda: {"before": first + count // 2}),
    }
    if FindableComparison.objects.filter(words__contains=f" {EARLY} ").exists():
        found["a word of the oldest alone"] = several(lambda: {"q": EARLY})
        found["a word of the oldest and a verdict"] = several(lambda: {"q": EARLY, "said": "both_bad"})
    return found


def main(count: int, times: int) -> None:
    study = a_study()
    start = time.perf_counter()
    size = min(count, TEMPLATES) if connection.vendor == "postgresql" else count
    first, last = templates(study, size)
    rate = made_anew(study, first)
    if count > size:
        copy(first, last, count // size - 1)
    upto = Comparison.objects.aggregate(last=Max("pk"))["last"]
    there = FindableComparison.objects.filter(study=study).count()
    FindableStudy.objects.update(
        comparisons=there, comparisons_upto=upto, looked_at=timezone.now() + findable.SETTLES, settled=True
    )
    filled = time.perf_counter() - start
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="bench"))
    path = f"/studies/{study.pk}/comparisons/"
    timed(client, path, [{}] * 3)
    found = {name: timed(client, path, asked) for name, asked in kinds(study, first, there, times).items()}
    print(json.dumps({"comparisons": there, "filled_s": round(filled), "kept_per_s": rate, "pages": found}))


def made_anew(study: Study, first: int) -> int:
    """How many comparisons a second the product makes findable, over the first few of these."""
    FindableStudy.objects.filter(study=study).delete()
    state = FindableStudy.objects.create(study=study, protocol=study.protocol)
    before = FindableComparison.objects.filter(study=study)
    some = list(before.order_by("pk")[:2_000])
    before.filter(pk__in=[row.pk for row in some]).delete()
    start = time.perf_counter()
    read = findable.refresh(study=study, most=2_000)
    rate = read / (time.perf_counter() - start)
    made = before.filter(pk__in=[row.pk for row in some])
    made.delete()
    FindableComparison.objects.bulk_create(some, ignore_conflicts=True)
    state.refresh_from_db()
    return round(rate)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
