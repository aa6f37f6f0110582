"""The small model: nothing is installed before its licence is accepted, and its endpoint follows its port."""

from pathlib import Path

import pytest

from tests.services import desk
from vibes.demo import home, small_model
from vibes.demo.problems import DemoProblem
from vibes.models import Endpoint


@pytest.fixture
def place(tmp_path: Path) -> home.Home:
    return home.opened({"VIBES_STATE_DIR": str(tmp_path / "demo")})


@pytest.mark.parametrize(("answer", "accepted"), [("y", True), ("YES", True), ("", False), ("no", False)])
def test_the_licence_is_shown_and_asked_for_once(place: home.Home, answer: str, accepted: bool):
    shown: list[str] = []
    if not accepted:
        with pytest.raises(DemoProblem, match="was not accepted"):
            small_model.agree(place, accepted=False, ask=lambda _: answer, say=shown.append)
        return
    small_model.agree(place, accepted=False, ask=lambda _: answer, say=shown.append)
    assert "Gemma Terms of Use" in shown[0]
    small_model.agree(place, accepted=False, ask=None, say=shown.append)
    assert len(shown) == 1


def test_nobody_to_ask_is_a_refusal_unless_accepted_before(place: home.Home):
    shown: list[str] = []
    with pytest.raises(DemoProblem, match="add --accept-licence"):
        small_model.agree(place, accepted=False, ask=None, say=shown.append)
    small_model.agree(place, accepted=True, ask=None, say=shown.append)
    assert len(shown) == 2, "shown each time that it was not yet accepted"


@pytest.mark.django_db
def test_its_endpoint_is_made_once_and_follows_the_port():
    first = small_model.offer(by=desk.lead(), port=40001)
    assert small_model.offer(by=desk.lead(), port=40001) == first
    second = small_model.offer(by=desk.lead(), port=40002)
    assert second.base_url == "http://127.0.0.1:40002/v1"
    assert list(Endpoint.objects.filter(archived_at=None)) == [second]
