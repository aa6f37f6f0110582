"""The audit trail of both rooms."""

from django.db.models import Model

from annotations.models import AuditEntry, User


def record(*, by: User | None, verb: str, subject: Model, **detail: object) -> AuditEntry:
    """Writes that `by` did `verb` to `subject`. `by` is None for the system and for raters."""
    name = f"{subject._meta.verbose_name} {subject.pk}"
    return AuditEntry.objects.create(actor=by, verb=verb, subject=name, detail=detail)
