"""Features: answers a second on one core, counted from the parse that renders them, beside two peers in the same run.

    python -m bench.features [--quick]

The peers are a plain markdown-it-py parse (CommonMark with tables, no rendering, no counts) and the arena's published
expressions, which count five things and parse nothing. Rounds alternate, so that a busy machine slows all alike; the
best of each is shown, in processor time. Needs the LLMFAO answers in VIBES_DATA (default ../shared/data).
"""

import argparse
import json
import os
import platform
import re
import time
from collections.abc import Callable
from pathlib import Path

from markdown_it import MarkdownIt

from annotations.rendering import parse
from vibes.features.registry import FEATURES, measure

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("VIBES_DATA") or ROOT.parent / "shared" / "data")
ROUNDS = 7
ARENA = (
    *(rf"^#{{{level}}}\s" for level in range(1, 7)),
    r"^\s*\d+\.\s",
    r"^\s*[-*+]\s",
    r"\*\*[^*\n]+\*\*",
    r"__[^_\n]+__",
)
"""As published with the style control (arena-hard-auto, utils/add_markdown_info)."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two rounds in place of seven")
    rounds = 2 if parser.parse_args().quick else ROUNDS
    texts = _answers()
    peer = MarkdownIt("commonmark").enable("table")
    ways: dict[str, Callable[[str], object]] = {
        "features": measure,
        "rendering_parse": parse,
        "markdown_it_parse": peer.parse,
        "arena_expressions": _arena,
    }
    rates = _rates(ways, texts, rounds)
    for name, rate in rates.items():
        print(f"{name:18} {rate:8,.0f} answers/s")
    mean = sum(map(len, texts)) / len(texts)
    print(f"{len(FEATURES)} features of {len(texts)} answers, {mean:.0f} characters on average")
    figures = {f"{name}_per_s": round(rate) for name, rate in rates.items()}
    ratio = round(rates["markdown_it_parse"] / rates["features"], 2)
    machine = {"python": platform.python_version(), "load": round(os.getloadavg()[0], 1)}
    print(json.dumps({"bench": "features", "answers": len(texts), **figures, "ratio": ratio, **machine}))


def _answers() -> list[str]:
    path = DATA / "llmfao" / "pairs-crowd.jsonl"
    if not path.is_file():
        raise SystemExit(f"The answers are not at {path}. Set VIBES_DATA to the folder that holds llmfao/.")
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return list(dict.fromkeys(text for row in rows for text in (row["result_x"], row["result_y"])))


def _rates(ways: dict[str, Callable[[str], object]], texts: list[str], rounds: int) -> dict[str, float]:
    """Texts a second of each way, the best of alternating rounds after one that warms it."""
    best = dict.fromkeys(ways, float("inf"))
    for count in ways.values():
        count(texts[0])
    for _ in range(rounds):
        for name, count in ways.items():
            best[name] = min(best[name], _seconds(count, texts))
    return {name: len(texts) / seconds for name, seconds in best.items()}


def _seconds(count: Callable[[str], object], texts: list[str]) -> float:
    start = time.process_time()
    for text in texts:
        count(text)
    return time.process_time() - start


def _arena(text: str) -> list[int]:
    for block in re.findall(r"```([^`]*)```", text):
        text = text.replace(block, "")
    return [len(re.findall(expression, text, re.MULTILINE)) for expression in ARENA]


if __name__ == "__main__":
    main()
