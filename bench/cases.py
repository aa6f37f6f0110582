"""Server time of the page on which comparisons are looked for, over a million of them.

    python -m bench.cases [--quick] [--count N] [--database sqlite|postgresql]

A study is filled with comparisons (two answers of 100 words each, drawn by Zipf's law from 20,000) in a database of its own:
1,000,000 on PostgreSQL, 50,000 on SQLite, its limit; --quick 20,000 and 5,000. Then each kind of page is asked for in turn, the whole
view with its template, in one process without a web server. Aimed at: under 300 ms each on PostgreSQL. There is no peer
in this run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.fetching import DATABASES

ROOT = Path(__file__).resolve().parent.parent
WORKER = ROOT / "bench" / "workers" / "stored_comparisons.py"
COUNTS = {"postgresql": 1_000_000, "sqlite": 50_000}
QUICK = {"postgresql": 20_000, "sqlite": 5_000}
TIMES, QUICK_TIMES = 40, 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20,000 and 5,000 comparisons: under a minute")
    parser.add_argument("--count", type=int, help="comparisons in place of these")
    parser.add_argument("--database", choices=list(COUNTS), help="one of them; both without")
    options = parser.parse_args()
    counts = QUICK if options.quick else COUNTS
    times = QUICK_TIMES if options.quick else TIMES
    databases = [options.database] if options.database else list(COUNTS)
    figures = {name: measured(name, options.count or counts[name], times) for name in databases}
    load = [round(one, 1) for one in os.getloadavg()]
    print(json.dumps({"bench": "cases", "cores": os.cpu_count(), "load": load, "figures": figures}))


def measured(database: str, count: int, times: int) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory(prefix="vibes-bench-") as name,
        DATABASES[database](Path(name)) as address,
    ):
        environment = os.environ | {
            "VIBES_STATE_DIR": name,
            "VIBES_SECRET_KEY": "bench",
            "VIBES_DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "vibes.settings",
            "VIBES_LOG_LEVEL": "WARNING",
        }
        for arguments in (["migrate"], ["collectstatic", "--noinput"]):
            manage = [sys.executable, "manage.py", *arguments, "-v0"]
            subprocess.run(manage, cwd=ROOT, env=environment, check=True)
        command = [sys.executable, str(WORKER), str(count), str(times)]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
    print(
        f"{database}: {found['comparisons']:,} comparisons, made findable at {found['kept_per_s']:,} a second"
    )
    for kind, row in found["pages"].items():
        print(f"  {kind:40} p50 {row['p50_ms']:>8.1f} ms  p95 {row['p95_ms']:>8.1f} ms", flush=True)
    return found


if __name__ == "__main__":
    main()
