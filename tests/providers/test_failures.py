"""The pure part of failure mapping: statuses, waiting times, clean messages, pickling."""

import email.utils
import pickle
import time

import pytest

from vibes.providers.base import ProviderError, Reply, Usage, fault
from vibes.providers.failures import clean, from_status, retry_after
from vibes.providers.transport import is_loopback


@pytest.mark.parametrize(
    ("status", "body", "kind", "permanent"),
    [
        (302, "", "redirected", True),
        (400, "", "bad_request", True),
        (400, "Your credit balance is too low to use the API", "quota", True),
        (400, '{"error": {"code": "content_policy_violation"}}', "refused", True),
        (402, "", "quota", True),
        (408, "", "timeout", False),
        (409, "", "overloaded", False),
        (422, "", "bad_request", True),
        (429, '{"error": {"code": "insufficient_quota"}}', "quota", True),
        (502, "", "overloaded", False),
    ],
)
def test_statuses(status, body, kind, permanent):
    error = from_status(status, body, {}, api_key="")
    assert (error.kind, error.permanent) == (kind, permanent)
    assert str(error).startswith(f"HTTP {status}: ")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"}, 0.0),
    ],
)
def test_waiting_times(headers, seconds):
    assert retry_after(headers) == seconds


def test_a_waiting_time_as_a_date():
    date = email.utils.formatdate(time.time() + 60, usegmt=True)
    assert retry_after({"retry-after": date}) == pytest.approx(60, abs=2)


@pytest.mark.parametrize("ahead_s", [-86400, 3600])
def test_a_waiting_time_as_a_date_is_by_the_servers_clock(ahead_s):
    theirs = time.time() + ahead_s
    headers = {
        "date": email.utils.formatdate(theirs, usegmt=True),
        "retry-after": email.utils.formatdate(theirs + 60, usegmt=True),
    }
    assert retry_after(headers) == 60


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Nov 99999 99:99:99 GMT"])
def test_a_date_that_is_none_is_passed_over(date):
    until = email.utils.formatdate(time.time() + 60, usegmt=True)
    assert retry_after({"date": date, "retry-after": until}) == pytest.approx(60, abs=2)
    assert retry_after({"retry-after": date}) is None


@pytest.mark.parametrize(
    ("status", "body", "key", "mend"),
    [
        (401, "", "sk-1", "Look at the key that the endpoint names"),
        (401, "", "", "No key was sent: name the variable or file"),
        (401, "", "none", "No key was sent"),
        (403, "", "sk-1", "permissions"),
        (404, '{"detail": "Not Found"}', "", "Does the address end in /v1?"),
        (404, "The model `x` does not exist.", "", "See the models that the server offers"),
        (413, "", "", "too large"),
        (402, "", "", "balance"),
    ],
)
def test_the_mend_is_named(status, body, key, mend):
    assert mend in from_status(status, body, {}, api_key=key).message


def test_a_mend_is_not_cut_off_by_a_long_body():
    assert from_status(404, "x" * 5000, {}, api_key="").message.endswith("Does the address end in /v1?")


def test_a_redirect_names_its_target_without_its_query():
    headers = {"location": "https://host.example/v1/chat?token=abc"}
    message = from_status(301, "", headers, api_key="").message
    assert "(https://host.example/v1/chat)" in message and "abc" not in message


@pytest.mark.parametrize(
    "secret", ["sk-proj-abc_DEF-123456", "sk-ant-api03-abcdefgh", "hf_abcdefghijkl", "Bearer abc.def"]
)
def test_what_looks_like_a_key_is_not_shown(secret):
    assert secret.split()[-1] not in clean(f"Wrong: {secret} here.", "another")
    assert "[key]" in clean(f"Wrong: {secret} here.", "another")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"error": {"message": "Slow down.", "code": 3}}', "Slow down."),
        ('{"type": "error", "error": {"type": "x", "message": "Slow down."}}', "Slow down."),
        ('{"error": "model \'x\' not found"}', "model 'x' not found"),
        ('{"object": "error", "message": "Slow down."}', "Slow down."),
        ('{"detail": "Not Found"}', "Not Found"),
        ('{"detail": [{"loc": 1}]}', '{"detail": [{"loc": 1}]}'),
        ('{"error": null}', '{"error": null}'),
        ("[1]", "[1]"),
        ("<h1>Bad  Gateway</h1>", "<h1>Bad Gateway</h1>"),
        ("", "no text"),
    ],
)
def test_the_words_of_an_error_body(body, words):
    assert str(from_status(500, body, {}, api_key="")) == f"HTTP 500: {words}"


def test_messages_are_one_short_line_without_the_key():
    message = clean("bad\n  key sk-1 and sk-1 " + "x" * 1000, "sk-1")
    assert message.startswith("bad key [key] and [key] xxx")
    assert len(message) == 400
    assert clean("none here", "") == clean("none here", "none") == "none here"


def test_an_error_survives_a_queue():
    error = ProviderError("Slow down.", permanent=False, kind="rate_limited", retry_after=2.5)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.permanent, again.kind, again.retry_after) == (
        "Slow down.",
        False,
        "rate_limited",
        2.5,
    )


def reply(text: str, finish: str, thoughts: str = "") -> Reply:
    return Reply(text, thoughts, finish, Usage(tokens_out=9), "m", 0.1, {})


def test_faults_of_replies():
    assert fault(reply("Yes.", "stop")) is None
    assert fault(reply("Yes.", "unknown")) is None
    assert fault(reply(" \n", "stop")).kind == "empty"
    assert "in mid-answer at the token limit (9 tokens)" in str(fault(reply("Ye", "length")))
    assert "while still reasoning" in str(fault(reply("", "length", "hm")))


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://127.8.8.8/v1", True),
        ("http://[::1]:1/v1", True),
        ("http://localhost:1", True),
        ("http://localhost.example.org", False),
        ("https://api.openai.com/v1", False),
        ("http://192.168.0.1:8000", False),
        ("", False),
    ],
)
def test_loopback(address, here):
    assert is_loopback(address) is here
