"""What a judge model is asked, word for word, and how its reply is read. Pure: texts in, texts and verdicts out.

Every template has a version; a change of its words is a new version, and old ones stay as they were. What is judged is data
and hostile: it stands behind marks that it cannot contain (`marks`). A reply is never guessed at: what is not written as it
was asked for raises Unreadable.
"""

from vibes.judging.marks import Question, Unreadable

__all__ = ["Question", "Unreadable"]
