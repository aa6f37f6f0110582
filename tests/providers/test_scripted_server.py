"""The scripted server as HTTP and as a process."""

import json
import signal
import subprocess
import sys
from contextlib import closing, contextmanager

import httpx2
import psutil
import pytest

from tests.providers.loopback import ANSWERS, CHAT, QUESTION, get, post
from vibes.providers.scripted import MODELS, Turn, prompt_hash
from vibes.providers.scripted_command import listen
from vibes.providers.scripted_faults import FaultRule
from vibes.providers.scripted_server import create_app


def test_health_and_unknown_addresses(scripted):
    assert get(scripted, "/health").json() == {"status": "ok"}
    assert get(scripted, "/admin").status_code == 404
    assert get(scripted, "/v1/chat/completions").status_code == 404


def test_a_fault_by_header(scripted):
    response = post(scripted, **{"x-vibes-fault": "rate_limited"})
    assert (response.status_code, response.headers["retry-after"]) == (429, "2")
    assert post(scripted, **{"x-vibes-fault": "nonsense"}).status_code == 400


def test_bodies_that_are_no_requests(scripted):
    assert post(scripted, body={"model": "scripted-plain"}).status_code == 400
    large = {**CHAT, "padding": "x" * (11 * 1024 * 1024)}
    assert post(scripted, body=large).status_code == 413


def test_requests_are_counted_by_model_and_prompt(serve):
    served = serve(create_app(ANSWERS, faults=[FaultRule("503", first=1)]))
    statuses = [post(served).status_code for _ in range(3)]
    other = {**CHAT, "messages": [{"role": "user", "content": "Another?"}]}
    assert [*statuses, post(served, body=other).status_code] == [503, 200, 200, 503]
    digest, other_digest = (prompt_hash([Turn("user", text)]) for text in (QUESTION, "Another?"))
    assert get(served, "/_requests").json() == {
        "counts": [
            {"model": "scripted-plain", "prompt": digest, "asked": 3, "answered": 2},
            {"model": "scripted-plain", "prompt": other_digest, "asked": 1, "answered": 0},
        ]
    }


@contextmanager
def command(*arguments, **environment):
    process = subprocess.Popen(
        [sys.executable, "-m", "vibes.providers.scripted_server", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": "/usr/bin:/bin", **environment},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_the_command_announces_serves_and_ends(end, tmp_path):
    bank = tmp_path / "answers.json"
    bank.write_text(json.dumps(ANSWERS), encoding="utf-8")
    with command("--port", "0", "--answers", str(bank), VIBES_SCRIPTED_FAULTS="500:first=1") as process:
        line = json.loads(process.stdout.readline())
        assert line["base_url"] == line["address"] + "/v1"
        assert line["pid"] == process.pid and len(line["models"]) == len(MODELS)
        url = line["base_url"] + "/chat/completions"
        statuses = [httpx2.post(url, json=CHAT, timeout=5, trust_env=False).status_code for _ in range(2)]
        assert statuses == [500, 200]
        listening = [
            c.laddr.ip for c in psutil.Process(process.pid).net_connections() if c.status == "LISTEN"
        ]
        assert listening == ["127.0.0.1"]
        process.send_signal(end)
        process.wait(5)
        assert process.stderr.read() == ""


@pytest.mark.slow
def test_the_command_takes_its_options():
    words = "--like vllm --slots 3 --limit 1 --thoughts reasoning --batch-seconds 5 --piece-seconds 0.01"
    with command(*words.split(), "--requests-per-minute", "60", "--fault", "slow:seconds=0.1") as process:
        address = json.loads(process.stdout.readline())["address"]
        models = httpx2.get(f"{address}/v1/models", timeout=5, trust_env=False).json()
        assert models["data"][0]["owned_by"] == "vllm"
        replies = [
            httpx2.post(f"{address}/v1/chat/completions", json=CHAT, timeout=5, trust_env=False) for _ in "12"
        ]
    assert [reply.status_code for reply in replies] == [200, 429]
    assert replies[0].json()["choices"][0]["message"]["reasoning"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "Cannot read the answers"),
        ("[]", "must be {prompt text"),
        ('{"a": 1}', "must be {prompt"),
        (None, "Cannot read"),
    ],
)
def test_answers_that_cannot_be_used(content, complaint, tmp_path, capsys):
    from vibes.providers.scripted_command import main

    bank = tmp_path / "answers.json"
    if content is not None:
        bank.write_text(content)
    assert main(["--answers", str(bank)]) == 2
    assert complaint in capsys.readouterr().err


def test_a_port_that_is_taken_is_one_sentence(capsys):
    from vibes.providers.scripted_command import main

    with closing(listen(0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 2
    assert capsys.readouterr().err.startswith(f"Port {port} on 127.0.0.1 cannot be used: ")


def test_an_unknown_fault_on_the_command_line_is_refused(capsys):
    from vibes.providers.scripted_command import main

    with pytest.raises(SystemExit) as ended:
        main(["--fault", "flood"])
    assert ended.value.code == 2
    assert "Unknown fault 'flood'" in capsys.readouterr().err
