"""The rows that a study wants of an endpoint, made and attached by the database itself: one statement each.

Written row by row by the ORM, 100,000 of them take half a minute, while somebody waits for the page.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from vibes.models import Generation, Prompt, Study

# What differs from row to row.
OWN = ("prompt", "sample", "seed")
Link = Study.generations.through
Asked = Study.prompts.through


def make(*, study: Study, like: Generation, samples: range) -> None:
    """A row like this one for every prompt and sample that has none. Another study may make the same rows meanwhile.

    Not for a rater's own prompt: two endpoints were drawn for it, and no other is asked.
    """
    fields = [field for field in Generation._meta.concrete_fields if not field.primary_key]
    shared = [field for field in fields if field.name not in OWN]
    values = [field.get_db_prep_save(field.pre_save(like, add=True), connection) for field in shared]
    seed = like.snapshot.get("seed")
    numbers = " UNION ALL ".join(f"SELECT {sample} AS sample" for sample in samples)
    own = ["wanted.prompt_id", "numbers.sample", "NULL" if seed is None else f"{int(seed)} + numbers.sample"]
    _run(
        f"INSERT INTO {_table(Generation)} ({_columns(shared)}, prompt_id, sample, seed) "  # noqa: S608  our own names
        f"SELECT {', '.join(['%s'] * len(values))}, {', '.join(own)} "
        f"FROM {_table(Asked)} AS wanted "
        f"JOIN {_table(Prompt)} AS asked ON asked.id = wanted.prompt_id AND asked.author_id IS NULL "
        f"CROSS JOIN ({numbers}) AS numbers WHERE wanted.study_id = %s "
        "ORDER BY wanted.prompt_id, numbers.sample ON CONFLICT DO NOTHING",
        [*values, study.pk],
    )


def attach(*, study: Study, digest: str, samples: range) -> None:
    """Makes the rows with these settings, for the study's prompts, the study's."""
    _run(
        f"INSERT INTO {_table(Link)} (study_id, generation_id) "  # noqa: S608  our own names
        f"SELECT wanted.study_id, made.id FROM {_table(Asked)} AS wanted "
        f"JOIN {_table(Generation)} AS made ON made.prompt_id = wanted.prompt_id "
        "WHERE wanted.study_id = %s AND made.snapshot_hash = %s AND made.sample >= %s AND made.sample < %s "
        "ORDER BY made.id ON CONFLICT DO NOTHING",
        [study.pk, digest, samples.start, samples.stop],
    )


def _run(sql: str, parameters: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _columns(fields: "Sequence[models.Field[Any, Any]]") -> str:
    return ", ".join(connection.ops.quote_name(field.column or field.attname) for field in fields)
