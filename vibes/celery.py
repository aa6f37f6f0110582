"""The Celery application. Two queues: `pump` (prefork, fetches generations) and `jobs` (threads, the rest)."""

import importlib
import multiprocessing
import os
from collections.abc import Mapping

from celery import Celery
from celery.signals import celeryd_init, worker_shutting_down

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vibes.settings")
application = Celery("vibes")
application.config_from_object("django.conf:settings", namespace="CELERY")
application.autodiscover_tasks(["vibes", "annotations"])

# Made before the pool forks: the parent is told to stop, its children are not, and a pump runs for minutes.
_stopping = multiprocessing.Event()


@celeryd_init.connect
def _import_before_forking(options: Mapping[str, object], **_: object) -> None:
    """The SDK takes most of a second to import: once, in the parent, and not while the first study waits for it."""
    if "pump" in str(options.get("queues")):
        importlib.import_module("vibes.providers.openai_api")


@worker_shutting_down.connect
def _note_shutdown(**_: object) -> None:
    _stopping.set()


def stopping() -> bool:
    """Whether this worker has been asked to shut down."""
    return _stopping.is_set()
