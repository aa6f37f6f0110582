"""Case lists: a comparison stands once on a list, in an order that the team sets; what is taken off stays judged."""

import json

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.urls import reverse

from annotations.models import Assignment, AuditEntry, Comparison, Judgement, User
from annotations.services import dealing
from tests.services import desk
from tests.views import rated
from vibes.models import Case, CaseList, Study
from vibes.services import cases
from vibes.services.cases import NotAList

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    made = desk.study(prompt_count=4)
    rated.answer_all(made)
    return made


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(User.objects.create(username="other", role=User.Role.LEAD))
    return client


def all_of(study: Study) -> list[Comparison]:
    return list(Comparison.objects.filter(protocol=study.protocol).order_by("pk"))


def order(case_list: CaseList) -> list[int]:
    return list(case_list.cases.order_by("place").values_list("comparison", flat=True))


def a_list(study: Study, name: str = "For Monday") -> CaseList:
    made = cases.create(by=desk.lead(), name=name)
    cases.add(by=desk.lead(), case_list=made, comparisons=all_of(study))
    return made


def test_a_comparison_stands_once_on_a_list_and_on_many_lists(study: Study) -> None:
    one, two, three, four = all_of(study)
    made = cases.create(by=desk.lead(), name="  For   Monday ")
    assert made.name == "For Monday"
    assert cases.add(by=desk.lead(), case_list=made, comparisons=[two, one, two], note=" why? ") == 2
    assert cases.add(by=desk.lead(), case_list=made, comparisons=[one, three]) == 1
    assert order(made) == [two.pk, one.pk, three.pk]
    assert list(made.cases.order_by("place").values_list("note", flat=True)) == ["why?", "why?", ""]
    other = cases.create(by=desk.lead(), name="Others")
    assert cases.add(by=desk.lead(), case_list=other, comparisons=[one, four]) == 2
    assert AuditEntry.objects.filter(verb="added cases to").count() == 3


def test_cases_move_and_go_and_the_rest_keeps_its_order(study: Study) -> None:
    made = a_list(study)
    one, two, three, four = order(made)
    first, second, *_, last = made.cases.order_by("place")
    assert not cases.move(by=desk.lead(), case=first, up=True)
    assert not cases.move(by=desk.lead(), case=last, up=False)
    assert cases.move(by=desk.lead(), case=last, up=True)
    assert order(made) == [one, two, four, three]
    assert cases.remove(by=desk.lead(), case=second)
    assert not cases.remove(by=desk.lead(), case=second)
    assert not cases.move(by=desk.lead(), case=second, up=True)
    assert order(made) == [one, four, three]
    assert cases.add(by=desk.lead(), case_list=made, comparisons=all_of(study)) == 1
    assert order(made) == [one, four, three, two]


def test_names_are_there_and_unlike_and_notes_are_short(study: Study) -> None:
    made = a_list(study)
    other = cases.create(by=desk.lead(), name="Others")
    for name in ("", "  ", "x" * 121, "Others"):
        with pytest.raises(NotAList):
            cases.create(by=desk.lead(), name=name)
        if name != "Others":
            with pytest.raises(NotAList):
                cases.rename(by=desk.lead(), case_list=other, name=name)
    with pytest.raises(NotAList, match="already"):
        cases.rename(by=desk.lead(), case_list=made, name="Others")
    cases.rename(by=desk.lead(), case_list=made, name="For Tuesday")
    assert sorted(CaseList.objects.values_list("name", flat=True)) == ["For Tuesday", "Others"]
    case = made.cases.order_by("place")[0]
    with pytest.raises(NotAList):
        cases.annotate(by=desk.lead(), case=case, note="x" * 501)
    cases.annotate(by=desk.lead(), case=case, note="x" * 500)
    case.refresh_from_db()
    assert case.note == "x" * 500


def judged_once(study: Study) -> Assignment:
    assignment = dealing.deal_next(session=rated.person(study))
    assert assignment
    rated.judge(assignment, "b")
    return assignment


def test_the_pages_make_order_annotate_and_keep_what_was_rated(lead: Client, study: Study) -> None:
    judged = judged_once(study)
    made = lead.post(reverse("case_lists"), {"name": "For Monday"})
    found = CaseList.objects.get()
    assert made["Location"] == reverse("case_list", args=[found.pk])
    assert "The list is empty" in lead.get(made["Location"]).content.decode()
    assert lead.post(reverse("case_lists"), {"name": "For Monday"}).status_code == 422
    cases.add(by=desk.lead(), case_list=found, comparisons=all_of(study))
    one, two, *rest = order(found)
    second = found.cases.get(comparison=two)
    lead.post(reverse("change_case", args=[second.pk, "up"]))
    assert order(found) == [two, one, *rest]
    lead.post(reverse("case", args=[second.pk]), {"note": "Look at the tone"})
    assert lead.post(reverse("case", args=[second.pk]), {"note": "x" * 501}).status_code == 422
    page = lead.get(reverse("case_list", args=[found.pk])).content.decode()
    assert "Look at the tone" in page
    assert "Model plain against Model flattering" in page or "Model flattering against Model plain" in page
    shown = lead.get(reverse("case", args=[second.pk])).content.decode()
    assert "Case 1 of 4" in shown and "Next case" in shown and "Previous case" not in shown
    assert lead.post(reverse("rename_case_list", args=[found.pk]), {"name": ""}).status_code == 422
    lead.post(reverse("rename_case_list", args=[found.pk]), {"name": "Tuesday"})
    assert "Tuesday" in lead.get(reverse("case_lists")).content.decode()
    for case in Case.objects.all():
        lead.post(reverse("change_case", args=[case.pk, "remove"]))
    assert not Case.objects.exists()
    assert Comparison.objects.count() == 4
    assert Judgement.objects.get().assignment == judged
    assert lead.post(reverse("change_case", args=[second.pk, "up"])).status_code == 404
    assert lead.post(reverse("change_case", args=[1, "burn"])).status_code == 404


async def body(response) -> bytes:
    return b"".join([chunk async for chunk in response.streaming_content])


def test_a_list_goes_out_in_its_order_with_key_and_votes(lead: Client, study: Study) -> None:
    judged = judged_once(study)
    made = a_list(study)
    last = made.cases.order_by("place").last()
    assert last
    cases.move(by=desk.lead(), case=last, up=True)
    answer = lead.get(reverse("export_cases", args=[made.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="for-monday-cases.jsonl"'
    lines = [json.loads(line) for line in async_to_sync(body)(answer).splitlines()]
    names = {one.pk: str(one.public_id) for one in all_of(study)}
    assert [line["comparison"] for line in lines] == [names[pk] for pk in order(made)]
    assert [line["place"] for line in lines] == [1, 2, 3, 4]
    assert {line["study"] for line in lines} == {"A study"}
    assert {line["model_a"] for line in lines} | {line["model_b"] for line in lines} == {
        "Model plain",
        "Model flattering",
    }
    voted = {line["comparison"]: line["votes"] for line in lines if line["votes"]}
    assert list(voted) == [names[judged.comparison_id]]
    (vote,) = voted[names[judged.comparison_id]]
    assert (vote["verdict"], vote["purpose"]) == (judged.judgements.get().verdict, "study")


@pytest.mark.parametrize("size", [1, 30])
def test_many_cases_cost_no_more_queries_than_one(lead: Client, size: int, django_assert_num_queries) -> None:
    study = desk.study(prompt_count=size)
    rated.answer_all(study)
    made = a_list(study)
    with django_assert_num_queries(6):
        page = lead.get(reverse("case_list", args=[made.pk])).content.decode()
    assert page.count("Take off: case") == size
    with django_assert_num_queries(3):
        lead.get(reverse("case_lists"))
