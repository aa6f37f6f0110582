"""Goes on with the demo's release decision while the demo runs, a step every few seconds, behind everything else."""

import time
from collections.abc import Callable

from vibes.celery import application
from vibes.models import Study
from vibes.services import release_story
from vibes.services.seeding import Seeded

EVERY_SECONDS = 2.0
TOLD = "  {study}: decided; see its Gate"


class Story:
    """One step at a time in the supervisor's own loop. A fault ends the story, and the demo goes on without it."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self._study: Study | None = None
        self._next = 0.0
        self._sent: set[tuple[str, int]] = set()

    def begin(self, seeded: Seeded) -> None:
        """The study, before the workers look for what wants an answer."""
        try:
            study = release_story.begin(by=seeded.lead)
            release_story.lost(study=study)
        except Exception as error:  # noqa: BLE001 - the demo goes on without its story
            self._end(error)
        else:
            self._study = None if release_story.is_told(study=study) else study
            self.lead = seeded.lead

    def tend(self) -> None:
        """A step, where one is due."""
        if self._study is None or time.monotonic() < self._next:
            return
        try:
            job = release_story.step(by=self.lead, study=self._study)
            if job and job not in self._sent:
                self._sent.add(job)
                application.send_task(f"vibes.tasks.{job[0]}", [job[1]])
            if release_story.is_told(study=self._study):
                self.say(TOLD.format(study=self._study.name))
                self._study = None
        except Exception as error:  # noqa: BLE001 - the demo goes on without its story
            self._end(error)
        self._next = time.monotonic() + EVERY_SECONDS

    def _end(self, error: Exception) -> None:
        self._study = None
        self.say(f"  the release decision of the demo goes no further: {type(error).__name__}: {error}")
