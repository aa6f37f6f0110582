"""`make demo` as a newcomer meets it: real processes, real signals, a real second start."""

import json
import re
import signal
import socket
import sqlite3
import time
import urllib.parse
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.demo.started import Demo, alive, status_of, wait_for
from vibes.demo import home
from vibes.demo.lock import Lock
from vibes.providers.scripted import Turn, prompt_hash

pytestmark = pytest.mark.slow
# Ten seconds on two cores of its own, which bench/demo_start.py measures; here others may be using them.
SECOND_START_SECONDS = 30


def test_it_starts_serves_ends_and_goes_on(tmp_path: Path):
    folder = tmp_path / "demo"
    with socket.create_server(("127.0.0.1", 8000)) if is_free(8000) else socket.socket():
        with Demo(folder) as demo:
            lead, rater = demo.links()
            assert demo.address != "http://127.0.0.1:8000", "that port was taken"
            both_links_open(lead, rater)
            only_loopback_listens(demo)
            wait_for(lambda: set(demo.generations()) == {"done"}, lambda: demo.generations())
            a_second_one_points_to_the_first(demo)
            everyone = demo.everyone()
            assert demo.end() == 0
            assert "Vibes has ended. Your data is in" in demo.words
            assert alive(everyone) == []
        done = demo.generations()["done"]
        with Demo(folder) as again:
            # Not the port: a demo of another test may have taken it meanwhile (test_ports holds that a free one is kept).
            assert path_of(again.links()[1]) == path_of(rater), "the same study, the same link"
            assert again.seconds < SECOND_START_SECONDS
            time.sleep(1)
            assert again.requests() == {}, "answers that are here are not asked for again"
            assert again.generations() == {"done": done}
            assert again.end(signal.SIGTERM) == 0


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def path_of(link: str) -> str:
    return urllib.parse.urlsplit(link).path


def both_links_open(lead: str, rater: str) -> None:
    for link in (lead, rater):
        with urllib.request.urlopen(link) as page:
            assert page.status == 200
            style = re.search(rb'href="(/static/[^"]+\.css)"', page.read())
        assert style, "a page without a style sheet"
        assert status_of(link.partition("/sign-in/")[0].partition("/r/")[0] + style[1].decode()) == 200
    assert status_of(f"{rater.partition('/r/')[0]}/r/nobody/") >= 400


def only_loopback_listens(demo: Demo) -> None:
    everyone = demo.everyone()
    assert len(everyone) >= 6
    listening = [
        c.laddr.ip for p in everyone for c in p.net_connections("inet") if c.status == psutil.CONN_LISTEN
    ]
    assert set(listening) == {"127.0.0.1"}
    assert len(listening) >= 2


def a_second_one_points_to_the_first(demo: Demo) -> None:
    with Demo(demo.folder) as second:
        assert second.process.wait(60) == 0
        assert f"already running here: {demo.address} (process {demo.process.pid})" in second.words
        lead, _ = second.links()
        assert status_of(lead) == 200


def test_killed_workers_lose_nothing_and_nothing_is_done_twice(tmp_path: Path):
    folder = tmp_path / "demo"
    with Demo(folder, "--latency", "3", VIBES_GENERATION_LEASE_SECONDS="4") as demo:
        demo.links()
        in_the_middle(demo, 20)
        kill_group(demo, "pump")
        wait_for(lambda: "The generation worker ended (status -9); starting it again (1 of 3)." in demo.words)
        in_the_middle(demo, 80)
        everyone = demo.everyone()
        # The pump and the supervisor, at once: the other processes are left behind.
        demo.process.kill()
        kill_group(demo, "pump")
        demo.process.wait()
        done = answered(demo)
        assert 80 <= len(done) < 308
        assert len(alive(everyone)) >= 3
        with Demo(folder, VIBES_GENERATION_LEASE_SECONDS="4") as again:
            again.links()
            assert "ended what the last start left behind: " in again.words
            wait_for(lambda: set(again.generations()) == {"done"}, lambda: again.generations())
            assert alive(everyone) == []
            asked = again.requests()
            assert not done & asked.keys(), "an answer that was here was asked for again"
            assert set(asked.values()) == {1}
            twice = "SELECT generation_id FROM vibes_attempt WHERE outcome = 'answered' GROUP BY 1 HAVING count(*) > 1"
            assert again.rows(twice) == []


def in_the_middle(demo: Demo, many: int) -> None:
    wait_for(lambda: demo.generations().get("done", 0) >= many, lambda: f"{demo.generations()} {demo.words}")
    assert demo.generations().get("queued", 0) > 0, "too late to kill anything in the middle"


def kill_group(demo: Demo, name: str) -> None:
    """The worker and the process that it forked; the supervisor made them a group of their own."""
    leader = psutil.Process(demo.pid(name))
    for process in [*leader.children(recursive=True), leader]:
        process.kill()


def answered(demo: Demo) -> set[tuple[str, str]]:
    """What is done, as the model server's log names it."""
    query = """
        SELECT endpoint.model, json_extract(prompt.turns, '$[0].content') FROM vibes_generation AS generation
        JOIN vibes_endpoint AS endpoint ON endpoint.id = generation.endpoint_id
        JOIN vibes_prompt AS prompt ON prompt.id = generation.prompt_id WHERE generation.state = 'done'
    """
    return {(model, prompt_hash((Turn("user", text),))) for model, text in demo.rows(query)}


def test_ctrl_c_in_the_middle_gives_the_rows_back(tmp_path: Path):
    with Demo(tmp_path / "demo", "--latency", "20", VIBES_GENERATION_STOP_SECONDS="1") as demo:
        demo.links()
        wait_for(lambda: demo.generations().get("running", 0) > 10, lambda: demo.generations())
        began = time.monotonic()
        assert demo.end() == 0
        assert time.monotonic() - began < 12
        assert demo.generations().keys() <= {"queued", "done"}
        assert demo.rows("SELECT count(*) FROM vibes_attempt WHERE outcome = 'in flight'") == [(0,)]


def test_ctrl_c_while_starting_leaves_nothing(tmp_path: Path):
    with Demo(tmp_path / "demo") as demo:
        wait_for(lambda: "broker" in demo.words, lambda: demo.words)
        everyone = demo.everyone()
        assert demo.end() == 0
        assert "Vibes is running" not in demo.words
        assert alive({*everyone, *demo.everyone()}) == []


def test_one_that_is_still_starting_says_so(tmp_path: Path):
    lock = Lock(home.opened({"VIBES_STATE_DIR": str(tmp_path / "demo")}).lock)
    assert lock.take()
    with Demo(tmp_path / "demo") as demo:
        assert demo.process.wait(60) == 0
        assert "is being started or ended here by another process" in demo.words
    lock.release()


def test_no_permission_is_one_sentence_and_a_status(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with Demo(tmp_path / "file" / "demo") as demo:
        assert demo.process.wait(60) == 1
        assert demo.words.count("\n") == 1
        assert demo.words.startswith("Cannot write to ")


def test_reset_ends_a_running_demo_and_takes_its_data(tmp_path: Path):
    folder = tmp_path / "demo"
    with Demo(folder) as demo:
        demo.links()
        everyone = demo.everyone()
        with Demo(folder, "--reset") as careful:
            assert careful.process.wait(60) == 1
            assert "say YES=1" in careful.words
        with Demo(folder, "--reset", "--yes") as reset:
            assert reset.process.wait(60) == 0
        assert demo.process.wait(5) == 0
        assert alive(everyone) == []
        assert not folder.exists()


def test_the_release_is_decided_while_one_looks_around(tmp_path: Path):
    """The candidate wins the votes and fails the gate; a second start goes no further."""
    with Demo(tmp_path / "demo") as demo:
        demo.links()
        wait_for(lambda: "decided; see its Gate" in demo.words, lambda: demo.words)
        assert demo.end() == 0
    with sqlite3.connect(next((tmp_path / "demo").rglob("*.sqlite3"))) as database:
        (kept,) = database.execute("SELECT result FROM vibes_analysisrun").fetchone()
    gate = json.loads(kept)["gate"]
    outcomes = {one["name"]: one["outcome"] for one in gate["conditions"]}
    assert outcomes["win rate"] == "pass"
    assert (gate["outcome"], gate["win_vanishes"]) == ("fail", True)
    with Demo(tmp_path / "demo") as again:
        again.links()
        time.sleep(5)
        assert "goes no further" not in again.words
        assert again.end() == 0
    with sqlite3.connect(next((tmp_path / "demo").rglob("*.sqlite3"))) as database:
        assert database.execute("SELECT count(*) FROM vibes_simulatedcrowd").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM vibes_analysisrun").fetchone() == (1,)
