"""One settings file, environment only. `.env.example` lists every variable with its meaning."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import dj_database_url
from csp.constants import NONE, SELF

from vibes import environment

# The statistics work on small matrices, where a linear algebra library with a thread per core is up to four times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = environment.folder("VIBES_STATE_DIR", BASE_DIR / "var" / "local")

DEBUG = environment.flag("VIBES_DEBUG", False)
SECRET_KEY = environment.text("VIBES_SECRET_KEY", "only-for-development-and-tests" if DEBUG else None)
ALLOWED_HOSTS = environment.names("VIBES_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = environment.names("VIBES_TRUSTED_ORIGINS")
HTTPS = environment.flag("VIBES_HTTPS", False)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "annotations.apps.AnnotationsConfig",
    "vibes.apps.VibesConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "vibes.views.access.RoleMiddleware",
    "vibes.views.redaction.RedactKeysMiddleware",
]
ROOT_URLCONF = "vibes.urls"
ASGI_APPLICATION = "vibes.asgi.application"
# Requests that one web process runs at once; those that come meanwhile wait in line (`vibes.handler`).
WEB_THREADS = environment.number("VIBES_WEB_THREADS", 4)
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# SQLite's defaults lose work under concurrent writers: a read followed by a write in a deferred transaction fails at
# once with "database is locked". WAL, IMMEDIATE and a long timeout lost nothing with 100 threads.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
}
POSTGRESQL_OPTIONS: dict[str, Any] = {
    "pool": {"min_size": 2, "max_size": environment.number("VIBES_DATABASE_POOL", 20)}
}
# Whether PostgreSQL keeps the plans of the statements that each judgement asks (`annotations.queries.compiled`; nothing else
# is prepared). A pooler that gives each transaction another connection must know of them: PgBouncer does from 1.21.
DATABASE_PREPARE = environment.flag("VIBES_DATABASE_PREPARE", True)
if DATABASE_PREPARE:
    POSTGRESQL_OPTIONS |= {"prepare_threshold": 5, "options": "-c plan_cache_mode=force_generic_plan"}


def _database() -> dict[str, Any]:
    # The health check: a pool goes on handing out the connections of a PostgreSQL that was restarted.
    default = f"sqlite:///{quote(str(STATE_DIR / 'vibes.sqlite3'))}"
    found: dict[str, Any] = dict(
        dj_database_url.parse(environment.text("VIBES_DATABASE_URL", default), conn_health_checks=True)
    )
    sqlite = found["ENGINE"].endswith("sqlite3")
    # To open SQLite's file anew costs more than most statements. PostgreSQL's connections are the pool's.
    found["CONN_MAX_AGE"] = 60 if sqlite else 0
    found["OPTIONS"] = {**found.get("OPTIONS", {}), **(SQLITE_OPTIONS if sqlite else POSTGRESQL_OPTIONS)}
    return found


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BROKER_URL = environment.text("VIBES_BROKER_URL", "redis://127.0.0.1:6379/0")
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": BROKER_URL.replace("redis+socket://", "unix://", 1),
        "KEY_PREFIX": "vibes",
    }
}
# Answers as they are written, for the rater who waits for them: whoever writes or reads there does not wait for Redis.
CACHES["live"] = CACHES["default"] | {"OPTIONS": {"socket_timeout": 1.0, "socket_connect_timeout": 1.0}}

AUTH_USER_MODEL = "annotations.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "studies"
LOGOUT_REDIRECT_URL = "sign_in"
SIGN_IN_LINK_URL = "sign_in_link"
SIGN_IN_LINK_SECONDS = 24 * 3600
PASSWORD_RESET_TIMEOUT = SIGN_IN_LINK_SECONDS
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "vibes.sessions"
SESSION_COOKIE_NAME = "vibes_session"
CSRF_COOKIE_NAME = "vibes_csrf"
CSRF_FAILURE_VIEW = "vibes.views.errors.lapsed"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # blob: a figure saved as PNG
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = STATE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
UPLOAD_DIR = STATE_DIR / "uploads"
UPLOAD_LIMIT_BYTES = environment.number("VIBES_UPLOAD_LIMIT_MB", 512) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# What endpoints may reach, and which key goes where (docs/running.md, Security). An administrator's, never a page's.
LOOPBACK = "localhost,*.localhost,127.0.0.0/8,::1"
PRIVATE_HOSTS = environment.hosts("VIBES_PRIVATE_HOSTS", LOOPBACK)
SECRETS_DIR = environment.optional_folder("VIBES_SECRETS_DIR")
KEY_HOSTS = environment.key_hosts("VIBES_KEY_HOSTS")

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

# Generations. The lease is renewed while a call runs, so that it may be short: it is how long the rows of a
# worker that was killed wait for the next one.
GENERATION_LEASE_SECONDS = environment.number("VIBES_GENERATION_LEASE_SECONDS", 30)
GENERATION_ATTEMPTS = environment.number("VIBES_GENERATION_ATTEMPTS", 4)
GENERATION_BACKOFF_SECONDS = environment.number("VIBES_GENERATION_BACKOFF_SECONDS", 2)
# Calls of one endpoint that one process keeps under way; an endpoint's own slots are a limit over all of them.
GENERATION_SLOTS = environment.number("VIBES_GENERATION_SLOTS", 500)
# After so many failures in a row an endpoint is left alone for so long, twice as long after each probe that fails.
GENERATION_CIRCUIT_FAILURES = environment.number("VIBES_GENERATION_CIRCUIT_FAILURES", 5)
GENERATION_CIRCUIT_SECONDS = environment.number("VIBES_GENERATION_CIRCUIT_SECONDS", 10)
# Shorter than the broker's visibility timeout: a pump that ran longer would have its message delivered again.
PUMP_SECONDS = 1800
# A pump waits so long for rows that rest after a failure; longer rests are ended by the sweep's next message.
PUMP_PATIENCE = 15.0
# A worker that is told to stop waits this long for the calls in flight, then gives their rows back.
GENERATION_STOP_SECONDS = environment.number("VIBES_GENERATION_STOP_SECONDS", 5)
# How often a vendor is asked where a batch stands; answers take minutes to a day.
BATCH_POLL_SECONDS = environment.number("VIBES_BATCH_POLL_SECONDS", 30)
SCRIPTED_URL = environment.text("VIBES_SCRIPTED_URL", "http://127.0.0.1:8801/v1")
ASSIGNMENT_LEASE_SECONDS = 30 * 60
# Up to here a new run is computed while the page waits; above it is a job with progress.
ANALYSIS_ROWS_IN_REQUEST = 20_000

CELERY_BROKER_URL = BROKER_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
}
CELERY_TASK_DEFAULT_QUEUE = "jobs"
CELERY_TASK_ROUTES = {"vibes.tasks.pump_generations": {"queue": "pump"}}
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep-generations": {"task": "vibes.tasks.sweep_generations", "schedule": 15.0},
    "drive-batches": {"task": "vibes.tasks.drive_batches", "schedule": float(max(1, BATCH_POLL_SECONDS))},
    "sweep-assignments": {"task": "annotations.tasks.sweep_assignments", "schedule": 60.0},
    "refresh-priorities": {"task": "vibes.tasks.refresh_priorities", "schedule": 30.0},
    "refresh-runs": {"task": "vibes.tasks.refresh_runs", "schedule": 300.0},
    "keep-findable": {"task": "vibes.tasks.keep_findable", "schedule": 30.0},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"keys": {"()": "vibes.services.key_store.RedactKeys"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["keys"]}},
    "root": {"handlers": ["console"], "level": environment.text("VIBES_LOG_LEVEL", "INFO")},
    "loggers": {
        # Their own handlers would write without the filter that takes keys out.
        "django": {"handlers": []},
        "django.server": {"handlers": [], "propagate": True},
        "uvicorn": {"handlers": [], "propagate": True},
        "uvicorn.access": {"handlers": [], "propagate": True},
        # SDKs log every request at INFO; a study makes thousands.
        "httpx2": {"level": "WARNING"},
        "openai": {"level": "WARNING"},
        "anthropic": {"level": "WARNING"},
    },
}
