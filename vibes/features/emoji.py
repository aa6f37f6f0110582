"""Emoji and exclamation marks: liveliness that is not in the words."""

import re

from vibes.features.reading import Reading

_COLOURED = (
    "⌚⌛⏩-⏬⏰⏳◽◾☔☕♈-♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓-❕❗➕-➗➰➿⬛⬜⭐⭕"
    "\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f201-\U0001f251\U0001f300-\U0001f64f"
    "\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7f0\U0001f90c-\U0001f9ff\U0001fa70-\U0001faff"
)
"""Characters with a coloured form by default (Unicode Emoji_Presentation, blocks of symbols taken whole)."""
_BY_SELECTOR = "[©®‼⁉™ℹ←-⏿Ⓜ▪-➿⤴⤵⬅-⬇〰〽㊗㊙]\ufe0f"
_ONE = f"(?:[{_COLOURED}]\ufe0f?|{_BY_SELECTOR})[\U0001f3fb-\U0001f3ff]?[\U000e0061-\U000e007f]*"
EMOJI = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_ONE}(?:\u200d{_ONE})*")
"""One emoji as a reader sees it."""


def emoji(reading: Reading) -> int:
    """Emoji as a reader sees them, outside code: a family joined from four, or a flag of two letters, is one."""
    return 0 if reading.prose.isascii() else len(EMOJI.findall(reading.prose))


def exclamations(reading: Reading) -> int:
    """Exclamation marks outside code."""
    return sum(map(reading.prose.count, "!！¡"))
