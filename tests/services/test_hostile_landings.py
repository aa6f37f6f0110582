"""Names and ids with odd letters, as a hostile or broken server may send them, are stored and lose no answer."""

import uuid
from dataclasses import replace

import pytest

from tests.services import desk
from tests.services.test_claims import REPLY, claim
from vibes.models import Generation
from vibes.services.generations import landings

pytestmark = pytest.mark.django_db(transaction=True)

ODD = ["a\\u0000b", "a\x00b", "\ud800", "a\\", '"', "\\ud800", "\u2028"]


@pytest.mark.slow
@pytest.mark.parametrize("text", ODD)
def test_odd_letters_in_names_and_ids_are_stored(text: str) -> None:
    desk.study(prompt_count=1, characters=("plain",))
    token = uuid.uuid4()
    (flight,) = claim(token)
    odd = replace(
        REPLY, text=f"Answer {text}", served_model=text, request_id=text, server=text, raw={"id": text}
    )
    assert landings.store(token=token, flight=flight, reply=odd)
    row = Generation.objects.get()
    assert row.state == "done"
    assert row.provenance["response_id"] == row.provenance["server"] == row.served_model
    assert row.served_model.replace("\N{SYMBOL FOR NULL}", "\x00").replace("?", "\ud800") == text
