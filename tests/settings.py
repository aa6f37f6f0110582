"""The project's settings in a state folder of this process's own: its database file, its broker's socket, its uploads.

Each pytest process (xdist starts several) reads this file anew, so that no two share anything.
"""

import os
import tempfile
from pathlib import Path

TEST_STATE = Path(tempfile.mkdtemp(prefix="vibes-"))
BROKER_SOCKET = TEST_STATE / "broker.sock"

# Overwritten, not defaulted: xdist's workers inherit what their parent has set.
os.environ["VIBES_STATE_DIR"] = str(TEST_STATE)
os.environ["VIBES_BROKER_URL"] = f"redis+socket://{BROKER_SOCKET}"
os.environ["VIBES_DATABASE_URL"] = (
    os.environ.get("VIBES_TEST_DATABASE_URL") or f"sqlite:///{TEST_STATE}/unused.sqlite3"
)
os.environ["VIBES_DEBUG"] = "1"
os.environ.setdefault("VIBES_LOG_LEVEL", "WARNING")

from vibes.settings import *  # noqa: E402, F403
from vibes.settings import DATABASES  # noqa: E402

# A file: worker processes and the live server's threads must see what the test wrote, and memory is one process's own.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(TEST_STATE / "tests.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
