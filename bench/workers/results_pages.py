"""The team's pages of the bench's study, by URL name: a new page is one line more.

    python bench/workers/results_pages.py STUDY RUN GATE_RUN

Makes a case list of a few comparisons, signs a lead in, and prints the session's key and the addresses.
"""

import json
import sys
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.urls import reverse  # noqa: E402

from annotations.models import Comparison, User  # noqa: E402
from vibes.charts.chapters import CHAPTERS  # noqa: E402
from vibes.models import Study  # noqa: E402

# URL name → its arguments' name and of which row; what is streamed is read to its first rows.
OF_STUDY = (
    "study",
    "study_progress",
    "study_answers",
    "study_rating",
    "asked",
    "known_answers",
    "edits",
    "preview",
    "disagreements",
    "results",
    "gates",
)
OF_RUN = ("run_json", "run_html")
OF_GATE = ("run", "gate", "gate_json")
ALONE = ("studies", "case_lists", "probes", "judges", "endpoints")
STREAMED = ("export_judgements", "export_dpo")


def pages(study: Study, run: int, gate: int) -> dict[str, str]:
    found = {name: reverse(name) for name in ALONE}
    found |= {name: reverse(name, args=[study.pk]) for name in OF_STUDY}
    found |= {f"run: {slug}": reverse("run_page", args=[run, slug]) for slug in CHAPTERS}
    found |= {name: reverse(name, args=[run]) for name in OF_RUN}
    found |= {f"{name} of a gate": reverse(name, args=[gate]) for name in OF_GATE}
    one = Comparison.objects.filter(protocol=study.protocol).order_by("pk")[0]
    answer = study.generations.order_by("pk")[0]
    found["comparison"] = reverse("comparison", args=[one.public_id])
    found["generation"] = reverse("generation", args=[answer.pk])
    return found


def signed_in() -> str:
    by = User.objects.get(username="bench")
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(by.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = by.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def main(study: int, run: int, gate: int) -> None:
    chosen = Study.objects.select_related("protocol").get(pk=study)
    print(
        json.dumps(
            {
                "cookie": [settings.SESSION_COOKIE_NAME, signed_in()],
                "pages": pages(chosen, run, gate),
                "streamed": {name: reverse(name, args=[study]) for name in STREAMED},
            }
        )
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
