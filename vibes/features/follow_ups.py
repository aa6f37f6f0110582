"""Follow-ups: sentences at an answer's end that keep the conversation going. Manner, neither tone nor stance.

Version 1, English. Counted in the last three sentences of the answer's own voice: offers of more help or more work
("Would you like me to draft it?", "Let me know if…", "I can also…, if you like"), invitations to reply ("What do you
think?", "Keep me posted") and hopes that the answer served. Not counted: a question whose answer is needed to do what
was asked ("Which version do you use?"), a rhetorical question, one that quotes somebody, an offer in the middle.
"""

from vibes.features.reading import Reading
from vibes.features.sentence import compiled, plain

CLOSING_SENTENCES = 3

_LEAD = (
    r"(?:(?:and|so|or|but|just|please|also|then|finally|otherwise|if you(?:'d| would)? (?:like|want|wish|prefer)"
    r"|if needed"
    r"|if you need(?: \w+){0,3}|if it helps|good luck|thanks|thank you|great|sure|ok|okay|in the meantime"
    r"|meanwhile|anyway"
    r"|now|take care|perhaps|maybe)\b[\s,!.:—–-]{0,4}){0,3}"
)
_ME = (
    r"(?:me|us|help|some|another|more|any (?:other|more|further)"
    r"|an? (?:\w+ )?(?:example|version|summary|list|hand|template|draft|copy))\b"
)
_TO = (
    r"to (?:see|hear|talk|explore|try|know (?:more|about|how)|go (?:over|through|deeper|on|into)|discuss|continue"
    r"|practi[sc]e|start|share|tell|dig|dive|learn|work|do|look|walk|brainstorm|read|add|refine|adjust|change)\b"
)
_DOING = (
    r"(?:continue|go|include|add|turn|try|draft|write|make|show|explain|translate|convert|look|move|proceed|do"
    r"|give|expand"
    r"|keep|start|walk|put|prepare|create|generate|check|set|find|work|run|dig|take|shorten|suggest|sketch|list|compare"
    r"|help|begin|send)\b"
)
_GLAD = r"(?:happy|glad|delighted|pleased|thrilled|(?:right |always )?here|available|around)"
_REPLY = (
    r"(?:just ask|let me know|(?:just |please )?(?:say|shout|ask|ping|tell me|send|come back|reach out)"
    r"|i(?:'ll| can| will| could|'m happy| am happy|'d (?:be )?(?:happy|glad|love))\b)"
)
_THIS = r"(?:that|this|these|it|any of (?:this|these|that))"

_OFFERS_FIRST = (
    r"would you (?:also |still |perhaps )?like\b",
    rf"(?:would|do|did) you (?:also |still )?(?:like|want|prefer|care|need) (?:{_ME}|{_TO}|the (?:code|recipe|full"
    rf"|details|steps)\b"
    r"|it (?:shorter|longer|in|as)\b)",
    rf"want (?:{_ME}|{_TO}|an? |it )\b.{{0,200}}\?",
    rf"(?:shall|should|can|may) (?:i|we) (?:also |now |then |perhaps )?{_DOING}.{{0,200}}\?",
    r"would it (?:help|be (?:helpful|useful|better|easier))\b.{0,200}\?",
    r"(?:do )?let me know\b(?! (?:is|was|are)\b)",
    r"(?:you(?:'re| are) (?:always )?welcome to|feel free to|you can always) (?:\w+ )?(?:ask|reach|share|contact"
    r"|message|write"
    r"|come back|send|tell|paste|drop|return|follow|get|request|let|ping)\b",
    r"(?:i'm )?(?:always |more than |also )?(?:happy|glad|delighted) to \w+",
    rf"if (?:you|anything|something|it|that|this|any)\b.{{0,120}}?[,—–] ?(?:and |then |please |just )*{_REPLY}",
    r"just (?:ask|say the word|shout|holler|say so|tell me|let me know)\b",
)
_QUESTIONS_FIRST = (
    r"(?:is|are) there (?:any(?:thing|one)?|some(?:thing)?|an?|other|parts?|specific|particular)\b.{0,120}"
    r"\b(?:else|you(?:'d| would)|questions?|help|other)\b.{0,120}\?",
    r"any(?:thing| other| more| further| questions)\b.{0,80}\?",
    r"do you have (?:any|other|more|further|a particular)\b.{0,80}\b(?:questions?|thoughts|preferences?|ideas"
    r"|in mind)\b.{0,60}\?",
    r"what(?:'s| is| are|'re)? (?:do you (?:think|say|reckon)|your (?:thoughts?|favou?rite|take|plan|next)"
    r"|would you (?:like"
    r"|prefer|want)|next|else)\b.{0,120}\?",
    rf"(?:does|do|did|is|are|was|will|would) {_THIS} (?:all |also )?(?:help|make sense|sound|work|match|answer"
    rf"|clear|look|feel"
    r"|fit|seem|resonate|ok|okay|what you|right for you|useful|helpful)\b.{0,80}\?",
    r"how (?:does|do|did|would|is|'s) (?:that|this|these|it|all that) (?:all )?(?:sound|look|feel|work|land|seem"
    r"|fit)\b.{0,60}\?",
    r"how(?:'s| is) that ?\?",
    r"how (?:are|do|did) you (?:feel|feeling|holding|doing|first|get|become|usually|plan|like|find)\b.{0,80}\?",
    r"which (?:one|ones|part|parts|of these|of them|topic|option|section|area|version)\b.{0,60}\b(?:would you"
    r"|should (?:we|i)"
    r"|shall (?:we|i)|do you (?:want|like|prefer))\b.{0,80}\?",
    r"(?:are you )?ready (?:to|for)\b.{0,80}\?",
    r"(?:make|making) sense ?\?|(?:clear|okay|sound good) ?\?",
    r"did (?:i|we) (?:answer|get|cover|understand)\b.{0,80}\?",
)
_INVITATIONS_FIRST = (
    r"(?:i |we )?(?:\w+ly )?hope (?:this|that|it|these|you|the)\b.{0,40}\b(?:helps?|helped|helpful|clarif\w+|like"
    r"|enjoy|useful"
    r"|clear(?:er|s)?|works?|answers?|serves?|funny|makes)\b",
    r"(?:tell me (?!that you)(?:more|how|what|which|about|if|whether|a bit)|send me|show me|paste (?:it|the|your)"
    r"|share (?:it|the|your|more)|ping me|drop me|message me|write to me)\b",
    r"come back (?:if|when|with (?:any|more|your|further)|any ?time|to me)\b",
)
_ANYWHERE = (
    r"\blet me know\b(?! (?:is|was|are)\b)(?<=[,;:—–-] let me know)|(?:and|so|please|just) let me know\b",
    r"\b(?:don't|do not|never) hesitate to\b",
    rf"\bi(?:'d| would|'m| am|'ll| will) (?:be )?(?:always |more than |also |very |only too "
    rf"|still )?{_GLAD} (?:to (?!see|hear that"
    r"|be of|have)|if|for you|whenever|any ?time)",
    r"\bi (?:can|could) (?:also|then|even|certainly|help)\b.{0,150}(?:$|if|too|as well|for you)",
    r"\bif you(?:'d| would)? (?:like|want|wish|prefer)\b(?: to)?.{0,60}\bi(?: can|'ll| will| could|'d| would)\b",
    r"\bi(?: can|'ll| will| could|'d be) .{0,150}\bif you(?:'d| would)? (?:like|want|wish|prefer)\b",
    r"(?<=, |— )just (?:ask|say the word|shout|holler|say so|tell me|let me know)\b|\band just (?:ask"
    r"|say the word|let me know)\b",
    r"\bdo you think (?:that|this|it|you|these)\b.{0,40}\b(?:work|help|fit|would|could|might)\b.{0,60}\?",
    r"\bkeep me (?:posted|updated|in the loop)\b|\b(?:curious|eager|excited|love|like|keen) to (?:hear|know)\b",
    r"\blook(?:ing)? forward to (?:hearing|your|seeing)\b",
)
_FIRST = f"{_LEAD}(?:{'|'.join((*_OFFERS_FIRST, *_QUESTIONS_FIRST, *_INVITATIONS_FIRST))})"
_LATER = rf"\b(?:{'|'.join(_ANYWHERE)})"


def follow_ups(reading: Reading) -> int:
    """Sentences among the last three that offer more or invite a reply; 0 to 3."""
    return sum(map(_keeps_going, reading.plain_sentences[-CLOSING_SENTENCES:]))


def is_follow_up(sentence: str) -> bool:
    """Whether one sentence, its quotations already taken out, offers more or invites a reply."""
    return _keeps_going(plain(sentence))


def _keeps_going(words: str) -> bool:
    return compiled(_FIRST).match(words) is not None or compiled(_LATER).search(words) is not None
