"""Reads of the team's side. `unblinded.py` is the only place where a judgement meets its key."""
