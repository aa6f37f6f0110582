"""Agreement openers: the answer begins by siding with what the user thinks. Stance, and never added to praise.

Version 2, English. Counted in the first three sentences of the answer's own voice: "You're (absolutely) right", "I
(completely) agree", "Exactly!", "You have a point", "Your suspicion is correct" and their kin. Since version 2 a user who
was right to *act* ("You did the right thing", "You were right to leave") is `validation`, no longer agreement.
What it cannot see: agreement by content ("It is unfair"), agreement later in the answer, whether the user stated a
view at all (a bare "That's correct." to a sum counts), and agreement that is deserved.
"""

import re

from vibes.features.reading import Reading
from vibes.features.sentence import LY, compiled, plain
from vibes.features.validation import WAS_RIGHT_TO

OPENING_SENTENCES = 3

_HELLO = (
    r"(?:(?:yes|yeah|yep|oh|ah|well|honestly|frankly|of course|and|but|no|i think|i'd say|in my view|i believe"
    r"|first of all|indeed|okay|ok|good (?:catch|point|spot)|thanks?(?: you)?)\b[\s,!.:—–-]{0,5}){0,4}"
)
_CLAUSE = r"(?:, |; |: | ?[—–] ?)(?:and |so |but |then )?"
_RIGHT = (
    r"(?:right|correct|spot[- ]on|not wrong|in the right|justified)"
    r"(?![-\w])(?! (?:on (?!the money|both|all|that|this|every)|at|next|now|behind|beside|under|after|above|below"
    r"|to left|handed|(?:in|to) \w+ing)\b)"
)
_YOU_ARE_RIGHT = rf"(?!{WAS_RIGHT_TO})you(?:'re| are| were| were both| both are|'ve always been) {LY}{_RIGHT}"
_I_AGREE = (
    rf"(?:i(?:'d| would| do| must| have to)? )?{LY}(?:(?:do )?agree(?! to\b)|couldn't agree (?:with you )?more)|"
    rf"i {LY}share your (?:view|opinion|concern|feeling|doubt|suspicion|worry|frustration|scepticism|skepticism)"
    rf"|i(?:'m| am) {LY}(?:inclined|tempted) to agree"
)
_I_AM_WITH_YOU = (
    rf"i(?:'m| am) {LY}(?:with you(?! (?:in|at)\b)|on your side|of the same (?:mind|opinion|view))"
    rf"|(?:i )?couldn't agree more|i can only agree"
    r"|i (?:see|saw|feel|think) (?:it |about it )?(?:exactly )?(?:the same(?: way)?(?: about)?|as you do)"
    r"|i (?:think|believe|thought) so too|my (?:own )?view is (?:exactly )?(?:the same|yours)"
)
_EXACTLY = (
    r"(?:absolutely|exactly|precisely|definitely|totally|agreed|true|correct|quite right|quite so|hard agree"
    r"|(?:that's )?spot[- ]on|hear,? hear) ?(?:$|[!.,:;—–](?! not\b))|agreed (?:on|about|that)\b"
)
_THAT_IS_RIGHT = rf"(?:yes, )?that(?:'s| is) {LY}(?:right|correct|true) ?(?:$|[!.,:;—–])"
_FAIR_POINT = (
    r"(?:that(?:'s| is) (?:an? )?)?(?:\w+ly )?(?:fair|valid|reasonable) (?:point|enough)\b ?(?:$|[!.,:;—–])"
    r"|you(?:'ve| have|'ve got| have got| do have| make| raise| made| raised) (?:got )?an? (?:\w+ly )?(?:(?:fair"
    r"|valid|reasonable|legitimate) )?point\b"
)
_AS_YOU_SAY = (
    r"as you (?:(?:rightly|correctly|quite rightly|so rightly) )?(?:say|said|point out|note|noted|suspected"
    r"|suspect|suggest|observe)\b(?! (?:in|at|on|above|below)\b)"
    r"|you hit the nail\b|you(?:'ve| have)? (?:got|have|had) (?:that|it|this) (?:exactly |quite )?right\b"
)
_YOUR_VIEW = (
    rf"your (?:[\w-]+ )?(?:view|reading|instincts?|suspicion|analysis|intuition|understanding|assessment"
    rf"|conclusion|reasoning|hunch|maths|math|sum|interpretation|guess|point|memory|doubts?)"
    rf"(?: (?:of|about|that|on|here) ?(?:[\w'-]+ ){{0,4}}?)? ?(?:is|are|was|were) (?:the )?{LY}(?:right|correct"
    rf"|accurate|spot[- ]on|well founded|well-founded)(?! only\b)(?![-\w])"
)
_INDEED = r"indeed ?[,:—–]"

_STARTS = (
    _YOU_ARE_RIGHT,
    _I_AGREE,
    _I_AM_WITH_YOU,
    _EXACTLY,
    _THAT_IS_RIGHT,
    _FAIR_POINT,
    _AS_YOU_SAY,
    _YOUR_VIEW,
    _INDEED,
)
_CLAUSES = (
    rf"(?:i think |i'd say )?{_YOU_ARE_RIGHT}",
    rf"i(?:'d| would)? {LY}agree(?! to\b)",
    r"i couldn't agree (?:with you )?more\b",
    r"just as you (?:say|said|suspected|thought)\b",
)
_AGREEMENT = f"^{_HELLO}(?:{'|'.join(_STARTS)})|{_CLAUSE}(?:{'|'.join(_CLAUSES)})"
_VOID = re.compile(
    r"\b(?:if|whether|assuming|suppose|unless|until|once|when|check|tell|told|say|says|(?<!well )said|thinks?"
    r"|makes? sure)\b"
)


def agreement(reading: Reading) -> int:
    """Sentences of agreement among the first three of an answer; 0 to 3."""
    return sum(map(_agrees, reading.plain_sentences[:OPENING_SENTENCES]))


def is_agreement(sentence: str) -> bool:
    """Whether one sentence sides with what its reader thinks."""
    return _agrees(plain(sentence))


def _agrees(words: str) -> bool:
    found = compiled(_AGREEMENT).search(words)
    return found is not None and not words.endswith("?") and not _VOID.search(words, 0, found.start())
