"""Every text of the hostile corpus through the server's rendering: allowed markup only, readable, and soon."""

import time
from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from annotations.rendering import render, render_plain
from tests.annotations.hostile_texts import HostileText, as_seen, corpus
from tests.annotations.rendering_allowed import checked

# A quiet core takes less than one, a shared one several times as long.
SECONDS = 6.0
TRIES = 5
CORPUS = corpus()
SHORT = [hostile for hostile in CORPUS if not hostile.alone]
ALONE = [hostile for hostile in CORPUS if hostile.alone]
FAMILIES = "beacon deep document encoding handler huge katex link markdown mathematics mathml script style svg unseen"


def test_the_corpus_is_broad() -> None:
    families = Counter(hostile.family for hostile in CORPUS)

    assert len(CORPUS) >= 160
    assert len({(hostile.family, hostile.name) for hostile in CORPUS}) == len(CORPUS)
    assert sorted(families) == FAMILIES.split()
    assert min(families.values()) >= 8
    assert all(len(as_seen(hostile.shows)) >= 4 for hostile in CORPUS)


def test_each_is_safe_and_readable() -> None:
    assert wrong_in(SHORT) == []


@pytest.mark.slow
def test_each_huge_or_deep_one_is_safe_and_readable() -> None:
    assert wrong_in(ALONE) == []


@pytest.mark.parametrize("show", [render, render_plain])
def test_all_short_ones_in_one_answer(show: Callable[[str], str]) -> None:
    checked(show("\n\n".join(hostile.text for hostile in SHORT)))


def wrong_in(texts: Iterable[HostileText]) -> list[str]:
    """What is wrong, for each text that has anything: one bad text must not hide the next."""
    return [f"{hostile}: {problem}" for hostile in texts for problem in problems(hostile)]


def problems(hostile: HostileText) -> list[str]:
    found = []
    html, seconds = timed(render, hostile.text)
    try:
        words = checked(html).text
        checked(render_plain(hostile.text))
    except AssertionError as error:
        return [str(error)]
    if as_seen(hostile.shows) not in as_seen(words):
        found.append(f"{hostile.shows!r} is not in {words[:300]!r}")
    if seconds >= SECONDS:
        found.append(f"took {seconds:.2f} s")
    return found


def timed(show: Callable[[str], str], text: str) -> tuple[str, float]:
    """Processor time, the least of a few tries: neighbours on the machine lengthen it several times over."""
    least = float("inf")
    for _ in range(TRIES):
        start = time.process_time()
        html = show(text)
        least = min(least, time.process_time() - start)
        if least < SECONDS:
            break
    return html, least
