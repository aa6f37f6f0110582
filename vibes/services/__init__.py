"""Writes of the team's side: one verb, one place. Keyword-only, an actor `by=`, atomic, an audit row. Services never
enqueue: they return what the caller must."""
