import html
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sample_report import HOSTILE, empty, full, many, not_rated, report, row

from deploy.bootstrap import chromium
from tests.real import truthy
from vibes.charts import report_page
from vibes.charts.card import drawn

VISIT = Path(__file__).with_name("visit_report.py")


def hostile() -> Any:
    made = full(4, simulated=300)
    for rows in (made["boards"]["plain"], made["boards"]["style"]):
        rows[0]["model"] = HOSTILE
    made["boards"]["plain"].append(not_rated("<b>new</b>"))
    made["warnings"] = [HOSTILE]
    made["describe"]["longer_wins"][HOSTILE] = made["describe"]["longer_wins"]["all"]
    made["specification"]["where"] = [f"prompt_class={HOSTILE}"]
    return made


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Any:
    browser = chromium()
    if browser is None and truthy("CI"):
        pytest.fail("CI skips no browser test: install Chromium")
    if browser is None:
        pytest.skip("no Chromium here: `apt install chromium`, or see README")
    page = tmp_path_factory.mktemp("report") / "report.html"
    page.write_text(report_page.render_html(hostile(), f"A title {HOSTILE}", "run 41"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, VISIT, browser, page], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_the_browser_has_nothing_to_complain_about(visited: Any) -> None:
    assert visited["errors"] == []
    assert visited["console"] == []
    assert visited["wide"]["broken"] == visited["narrow"]["broken"] == []


@pytest.mark.slow
def test_the_page_asks_no_network(visited: Any) -> None:
    assert [url for url in visited["requests"] if not url.startswith(("file:", "blob:", "data:"))] == []
    assert sum(url.startswith("file:") for url in visited["requests"]) == 1


@pytest.mark.slow
def test_every_figure_is_drawn_and_named(visited: Any) -> None:
    roles = [role for role, _ in visited["wide"]["labels"]]
    assert roles == ["img"] * len(drawn(hostile()))
    assert any(HOSTILE.removesuffix(">")[:12] in label for _, label in visited["wide"]["labels"])
    assert visited["wide"]["stacked"] == "absolute"
    assert visited["wide"]["buttons"] == 0


@pytest.mark.slow
def test_a_phone_gets_its_own_figure_and_the_dark_its_own_ink(visited: Any) -> None:
    wide, narrow = visited["wide"], visited["narrow"]
    assert narrow["overflow"] <= 0 and wide["overflow"] <= 0
    assert min(narrow["smallest"], wide["smallest"]) >= 12
    assert wide["ink"] != narrow["ink"]
    assert (wide["axis_names"], narrow["axis_names"]) == (5, 0)


@pytest.mark.slow
def test_names_add_no_element_to_the_page(visited: Any) -> None:
    assert visited["wide"]["images"] == 0
    assert visited["wide"]["scripts"] == 2 + len(drawn(hostile()))


@pytest.mark.slow
def test_downloads_carry_watermark_title_and_run(visited: Any) -> None:
    files = visited["files"]
    assert [files[kind]["name"] for kind in ("png", "svg", "csv")] == [
        f"leaderboard-run-41-SIMULATED.{kind}" for kind in ("png", "svg", "csv")
    ]
    assert files["png"]["head"] == "89504e470d0a1a0a"
    assert "SIMULATED DATA" in files["svg"]["text"] and "run 41" in files["svg"]["text"]
    assert files["csv"]["text"].splitlines()[0].endswith("run,simulated_judgements")


def without_scripts(page: str) -> str:
    return re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.DOTALL)


@pytest.mark.slow
def test_every_word_of_the_report_is_escaped() -> None:
    page = report_page.render_html(hostile(), f"A title {HOSTILE}", HOSTILE)
    visible = without_scripts(page)
    assert "<img" not in visible and "<b>new</b>" not in visible and "alert(1)</script>" not in visible
    assert html.escape(HOSTILE) in visible


@pytest.mark.slow
def test_a_data_block_cannot_be_ended_from_inside() -> None:
    page = report_page.render_html(hostile(), "t", "run 41")
    blocks = re.findall(
        r'<script type="application/json" id="([a-z-]+)">(.*?)</script>', page, flags=re.DOTALL
    )
    assert [name for name, _ in blocks] == [f"figure-{name}" for name in drawn(hostile())]
    assert len(blocks) >= 12
    for _, block in blocks:
        assert not set("<>&") & set(block)
        json.loads(block)


@pytest.mark.slow
def test_the_page_states_finding_gaps_and_how_to_get_the_numbers_again() -> None:
    made = report([row("a", 1010), row("b", 990, ranks=(2, 2)), not_rated("new", 12)])
    visible = html.unescape(without_scripts(report_page.render_html(made, "llmfao", "llmfao/")))
    for part in (
        "a is ahead of b.",
        "More flattering answers are chosen more often; whether flattery breaks ties is open",
        "not rated: 12 of 30 votes",
        "20261122",
        "0.1.0+abc1234",
        "sha256:5f2c9a",
        "llmfao/",
    ):
        assert part in visible
    assert "SIMULATED" not in visible


@pytest.mark.slow
def test_simulated_votes_are_announced_at_the_top() -> None:
    visible = without_scripts(report_page.render_html(many(2, simulated=300), "t", "run 1"))
    assert visible.index("SIMULATED DATA: 300 of 6,930 judgements are simulated") < visible.index("<h1>")


def test_an_empty_report_is_a_page() -> None:
    visible = without_scripts(report_page.render_html(empty(), "t", "run 1"))
    assert "No judgements yet" in visible
    assert "nan" not in visible.casefold()


def test_the_policy_allows_nothing_by_name() -> None:
    policy = report_page.policy(["a"], ["b"])
    assert policy.startswith(
        "default-src 'none'; script-src 'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='"
    )
    assert not {"unsafe-inline", "unsafe-eval", "http:", "https:", "*"} & set(re.split(r"[ ;']+", policy))
