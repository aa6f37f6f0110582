"""Tool steps on a rater's page: plain text, folded, limited, without the names of their makers."""

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Comparison
from annotations.rendering import render_steps
from annotations.rendering.steps import MAX_STEPS
from annotations.services import comparisons
from tests.annotations import room as rooms
from tests.annotations.rendering_allowed import checked

HOSTILE = '<script>window.__pwned=1</script> **not bold** [x](https://evil.example) \u202e "quoted"'


def test_steps_are_plain_text() -> None:
    html = render_steps([{"name": "<b>run</b>", "input": HOSTILE, "output": HOSTILE}])
    page = checked(html)
    assert "**not bold** [x](https://evil.example)" in page.text and "<b>run</b>" in page.text
    assert "U+202E" in page.text and not page.links and "strong" not in page.tags


def test_many_steps_are_shortened_where_it_is_seen() -> None:
    html = render_steps([{"name": "s", "input": "x", "output": ""}] * (MAX_STEPS + 3))
    assert html.count("<li>") == MAX_STEPS and "shortened here: 3 more steps" in html
    assert render_steps([]) == ""


def room_with_steps() -> rooms.Room:
    room = rooms.make()
    said = {"name": "run", "input": "ls", "output": "I am Claude, made by Anthropic."}
    comparisons.create(
        protocol=room.protocol,
        group="g",
        topic="t",
        caption="agents",
        prefix=[{"role": "user", "text": "List them."}],
        side_a=[{"role": "assistant", "text": "Done.", "steps": [said, said | {"arm": "secret"}]}],
        side_b=[{"role": "assistant", "text": "Done too.", "steps": []}],
    )
    return room


@pytest.mark.django_db
def test_a_comparison_keeps_the_parts_of_a_step_without_its_makers_names() -> None:
    room_with_steps()
    comparison = Comparison.objects.get()
    step = {"name": "run", "input": "ls", "output": "I am [name], made by [name]."}
    assert comparison.side_a[0]["steps"] == [step, step]
    assert "steps" not in comparison.side_b[0]


@pytest.mark.django_db
def test_the_page_folds_them_under_their_number() -> None:
    room = room_with_steps()
    client = Client()
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    page = client.get(reverse("annotations:rate")).content.decode()
    assert page.count("2 tool steps") == 1 and page.count("data-steps") == 1
    assert "made by [name]" in page and "Anthropic" not in page and "secret" not in page
