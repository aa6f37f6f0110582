"""Writes of the rating room: one verb, one place. Keyword-only, an actor `by=`, atomic, an audit row where a person
of the team acts. Services never enqueue; the caller does."""
