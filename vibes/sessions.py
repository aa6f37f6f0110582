"""Browsers' sessions in the database, as Django keeps them. Every request reads one, so that statement is written once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from annotations.queries.compiled import Compiled, Slot

_OPEN = Compiled(
    lambda: Session.objects.filter(
        session_key=Slot("key", CharField()), expire_date__gt=Slot("now", DateTimeField())
    )
)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> AbstractBaseSession | None:
        found = _OPEN.one(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found
