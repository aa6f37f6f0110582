"""Comparisons are looked for: every choice, alone and together, what stands in the address, and what is sent on."""

import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from annotations.models import Comparison, User
from annotations.rubrics import PRESETS
from tests.services import desk
from tests.services.test_findable import vote
from tests.services.test_planting import PLAIN, approve_all, cued
from tests.views import rated
from vibes.models import Arm, Case, CaseList, FindableComparison, PromptSet, Study
from vibes.queries import finding, finding_indexes, prompt_sets
from vibes.queries.finding_words import NotToBeFound

pytestmark = pytest.mark.django_db
TEXTS = ("Take a warm coat, it rains.", "今日の天気は雨です。", "Rain or shine: no coat.", "Nothing at all.")


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(User.objects.create(username="other", role=User.Role.LEAD))
    return client


@pytest.fixture
def study() -> Study:
    made = desk.study(prompt_count=4, rubric=PRESETS["formatting"])
    rated.answer_all(made)
    for text, comparison in zip(TEXTS, Comparison.objects.order_by("pk"), strict=True):
        comparison.side_a[0]["text"] = text
        comparison.save()
    return made


def address(study: Study, **asked: object) -> str:
    return reverse("comparisons", args=[study.pk]) + (f"?{urlencode(asked)}" if asked else "")


def text(lead: Client, where: str) -> str:
    answer = lead.get(where)
    assert answer.status_code == 200
    return answer.content.decode()


def listed(page: str) -> list[int]:
    """The numbers of the comparisons on a page, in its order."""
    ids = [str(one) for one in Comparison.objects.order_by("pk").values_list("public_id", flat=True)]
    return [ids.index(found) for found in re.findall(r'name="comparison" value="([^"]+)"', page)]


def found(lead: Client, study: Study, **asked: object) -> list[int]:
    return listed(text(lead, address(study, **asked)))


def test_all_stand_there_with_their_key_the_newest_first(lead: Client, study: Study) -> None:
    page = text(lead, address(study))
    assert listed(page) == [3, 2, 1, 0] and "4 comparisons</h1>" in page
    assert "Model plain" in page and "Question 0?" in page and 'aria-current="page">Comparisons' in page


@pytest.mark.parametrize(
    ("search", "numbers"),
    [
        ("coat", [2, 0]),
        ("COAT warm", [0]),
        ('"warm coat"', [0]),
        ('"coat warm"', []),
        ("coat -warm", [2]),
        ("-coat", [3, 1]),
        ("天気", [1]),
        ("気天", []),
        ("coa", []),
        ("question", [3, 2, 1, 0]),
        ("at all the", []),
    ],
)
def test_words_are_found_whole_together_and_apart(
    lead: Client, study: Study, search: str, numbers: list[int]
) -> None:
    assert found(lead, study, q=search) == numbers


HOSTILE = (
    "'",
    '"',
    "'; DROP TABLE x; --",
    "%",
    "a & | ! <-> :*",
    "\x00",
    "a\x00b",
    "\\",
    "the of",
    "😀",
    "x" * 10_000,
)


@pytest.mark.parametrize("search", HOSTILE)
def test_hostile_words_give_rows_or_a_sentence(lead: Client, study: Study, search: str) -> None:
    page = text(lead, address(study, q=search))
    assert "No comparison is like this" in page or "This search cannot be made" in page or listed(page)


@pytest.mark.parametrize(
    "asked",
    [
        {"said": "nonsense"},
        {"endpoint": "99999"},
        {"endpoint": "' OR 1=1"},
        {"outcome": "won"},
        {"before": "-1"},
        {"after": "9" * 30},
        {"before": "x"},
        {"prompts": "x" * 2_000},
        {"flag": "\x00"},
    ],
)
def test_an_address_that_asks_for_what_is_not_there_says_so(
    lead: Client, study: Study, asked: dict[str, str]
) -> None:
    page = text(lead, address(study, **asked))
    assert "This search cannot be made" in page and listed(page) == []


def test_votes_are_chosen_by_what_was_said_and_by_whom(lead: Client, study: Study) -> None:
    vote(study, "a")
    vote(study, "b")
    desk.simulate(study, size=1, each=4)
    assert found(lead, study, said="a") == [3, 2, 1, 0] == found(lead, study, apart="sides")
    assert found(lead, study, said="tie") == [] == found(lead, study, apart="none")
    assert found(lead, study, judged="no") == [] and found(lead, study, judged="no", raters="machines") == [
        3,
        2,
        1,
        0,
    ]
    assert found(lead, study, said="a", q="coat") == [2, 0]
    assert found(lead, study, judged="yes", raters="simulated") == [3, 2, 1, 0]
    page = text(lead, address(study))
    assert "A 1</span>" in page and "Votes of people" in page
    assert "Votes of simulated raters" in text(lead, address(study, raters="simulated"))


def test_endpoints_pairs_and_who_won(lead: Client, study: Study) -> None:
    vote(study, "b")
    arm = Arm.objects.order_by("comparison")[0]
    ends = [arm.matchup.generation_a.endpoint_id, arm.matchup.generation_b.endpoint_id]
    assert found(lead, study, endpoint=ends[0], against=ends[1]) == [3, 2, 1, 0]
    won = [
        n
        for n, one in enumerate(Arm.objects.order_by("comparison"))
        if one.matchup.generation_b.endpoint_id == ends[0]
    ]
    assert found(lead, study, endpoint=ends[0], outcome="won") == won[::-1]
    lost = found(lead, study, endpoint=ends[0], outcome="lost")
    assert sorted(won + lost) == [0, 1, 2, 3]
    assert "Choose two endpoints" in text(lead, address(study, endpoint=ends[0], against=ends[0]))


def test_classes_and_winners(lead: Client, study: Study) -> None:
    vote(study, "a")
    assert found(lead, study, prompts="factual") == [3, 1]
    longer = FindableComparison.objects.filter(longer="a").count()
    assert len(found(lead, study, winner="longer-won")) == longer
    assert found(lead, study, winner="cued-won") == []


def test_cues_and_their_sides(lead: Client) -> None:
    made = cued(PLAIN, prompts=1)
    approve_all(made)
    assert len(found(lead, made, cue="emoji_removed", side="a")) == 1
    assert len(found(lead, made, side="none")) == 1
    page = text(lead, address(made, side="b"))
    assert "emoji_removed on B" in page
    shown = Arm.objects.get(cue_on="b").comparison
    one = text(lead, reverse("comparison", args=[shown.public_id]))
    assert "What B says in place of the answer" in one
    assert re.search(r"<del>[^<]*☀️", one)


def test_the_address_holds_what_was_chosen_and_nothing_else(lead: Client, study: Study) -> None:
    answer = lead.get(address(study) + "?q=coat&raters=people&said=&before=&nonsense=1")
    assert answer.status_code == 302 and answer["Location"] == address(study, q="coat")
    page = text(lead, address(study, q="coat", raters="simulated", judged="no"))
    assert 'value="coat"' in page and '<option value="simulated" selected>' in page
    assert '<option value="no" selected>' in page
    assert (
        f'name="next" value="{address(study, q="coat", raters="simulated", judged="no")}"'.replace(
            "&", "&amp;"
        )
        in page
    )


@pytest.mark.parametrize("most", [1, finding.MOST_COUNTED])
def test_pages_follow_one_another_to_the_oldest_and_back(
    lead: Client, study: Study, monkeypatch, most: int
) -> None:
    """The same pages whether all were counted or are too many for that."""
    monkeypatch.setattr(finding, "A_PAGE", 2)
    monkeypatch.setattr(finding, "MOST_COUNTED", most)
    first = text(lead, address(study, q="question"))
    assert listed(first) == [3, 2] and "Newer" not in first
    assert ("more than 1 comparison" if most == 1 else "4 comparisons found").lower() in first.lower()
    second = text(lead, address(study) + link(first, "Older"))
    assert listed(second) == [1, 0] and ">Older" not in second
    assert listed(text(lead, address(study) + link(first, "Oldest"))) == [1, 0]
    back = text(lead, address(study) + link(second, "Newer"))
    assert listed(back) == [3, 2] and listed(text(lead, address(study) + link(second, "Newest"))) == [3, 2]


def link(page: str, name: str) -> str:
    found = re.search(rf'<a href="([^"]+)">{name}</a>', page)
    assert found, name
    return found[1].replace("&amp;", "&")


def test_what_is_ticked_goes_on_a_list_or_becomes_a_prompt_set(lead: Client, study: Study) -> None:
    ids = list(Comparison.objects.order_by("pk").values_list("public_id", flat=True)[:2])
    send, back = reverse("send_comparisons", args=[study.pk]), address(study, q="coat")
    form = {"comparison": ids, "next": back}
    told = lead.post(send, form | {"send": "list", "case_list": "new", "name": "Coats"}, follow=True)
    assert told.redirect_chain == [(back, 302)] and "2 comparisons put on the list" in told.content.decode()
    assert CaseList.objects.get().name == "Coats" and Case.objects.count() == 2
    told = lead.post(send, form | {"send": "prompts", "set_name": " Two  coats "}, follow=True)
    assert "“Two coats” was made of 2 prompts" in told.content.decode()
    made = PromptSet.objects.get(name="Two coats")
    assert [p.text for p in made.prompts.all()] == ["Question 0?", "Question 1?"]
    assert made in prompt_sets.offered()
    told = lead.post(send, form | {"send": "prompts", "set_name": "Again"}, follow=True)
    assert "“Two coats” holds exactly these already" in told.content.decode()
    for wrong in ({"set_name": ""}, {"set_name": "x" * 200}, {"set_name": "Some", "comparison": []}):
        told = lead.post(send, form | {"send": "prompts"} | wrong, follow=True)
        assert "Nothing was sent" in told.content.decode()


def test_what_raters_wrote_is_not_given_to_others(lead: Client, study: Study) -> None:
    author = vote(study, "a", 1)
    first = Arm.objects.order_by("comparison").select_related("matchup__prompt")[0].matchup.prompt
    first.author = author
    first.save()
    ids = list(Comparison.objects.order_by("pk").values_list("public_id", flat=True)[:2])
    send = reverse("send_comparisons", args=[study.pk])
    told = lead.post(send, {"comparison": ids, "send": "prompts", "set_name": "Mine"}, follow=True)
    assert "1 prompt of raters left out" in told.content.decode()
    told = lead.post(send, {"comparison": ids[:1], "send": "prompts", "set_name": "Mine too"}, follow=True)
    assert "Raters wrote these prompts themselves" in told.content.decode()


def test_sqlite_says_how_far_it_looks(lead: Client, study: Study, monkeypatch) -> None:
    monkeypatch.setattr(finding_indexes, "SQLITE_MOST", 3)
    page = text(lead, address(study))
    if connection.vendor == "postgresql":
        assert listed(page) == [3, 2, 1, 0] and "SQLite" not in page
    else:
        assert listed(page) == [3, 2, 1] and "Of 4 comparisons the newest 3 are looked through" in page


def test_an_empty_study_says_what_comes(lead: Client) -> None:
    made = desk.study(prompt_count=1)
    assert "There is nothing to look for yet" in text(lead, address(made))
    assert lead.get(reverse("comparisons", args=[9999])).status_code == 404


def test_raters_and_strangers_see_nothing(client: Client, study: Study) -> None:
    assert client.get(address(study)).status_code == 302
    session = rated.person(study)
    client.cookies["sessionid"] = str(session.pk)
    assert client.get(address(study)).status_code == 302


@pytest.mark.parametrize("prompts", [1, 3])
def test_many_rows_cost_no_more_queries_than_one(
    lead: Client, prompts: int, django_assert_num_queries
) -> None:
    study = desk.study(prompt_count=prompts)
    rated.answer_all(study)
    vote(study, "a", prompts)
    vote(study, "b", prompts)
    text(lead, address(study, said="a", q="question"))
    # PostgreSQL is told how to look, SQLite asked where its limit is.
    with django_assert_num_queries(36 if connection.vendor == "postgresql" else 29):
        page = text(lead, address(study, said="a", q="question"))
    assert len(listed(page)) == prompts


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite reads every row and has no such limit")
def test_a_search_that_takes_too_long_says_so(lead: Client, study: Study, monkeypatch) -> None:
    monkeypatch.setattr(finding_indexes, "PATIENCE_SECONDS", 0.05)
    with (
        pytest.raises(NotToBeFound, match="This takes too long"),
        finding_indexes.patience(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_sleep(20)")
    monkeypatch.setattr(finding_indexes, "PATIENCE_SECONDS", 3)
    assert found(lead, study, q="question") == [3, 2, 1, 0]
