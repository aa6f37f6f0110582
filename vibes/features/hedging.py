"""Hedging: the answer lessens its own commitment to what it says. Manner, neither tone nor stance.

Version 1, English. Counted anywhere in the answer's own voice, by sentence, once however often it hedges: "I think",
"perhaps", "probably", "it seems", "it might be", "in my view", "it depends", and softened advice ("you may want to").
Not counted: a "may" of permission or of what a thing can do ("Guests may bring one dog", "may cause drowsiness"), the
month, "could" of past ability, likelihoods that are the subject, what others believe, questions, quotations and code.
"""

import re

from vibes.features.reading import Reading
from vibes.features.sentence import compiled, plain

_VERY = r"(?:\w+ly |fairly |pretty |quite |also |still |just |rather |all that |too |at all |an? )?"
_PERSON = (
    rf"(?<!do )(?<!as )\b(?:i|we)(?:'d| would| do)? {_VERY}(?:think|believe|suspect|guess|assume|imagine|suppose"
    rf"|reckon|gather|lean|doubt)"
    r"\b(?! (?:in|of|so too|otherwise)\b)",
    rf"\bi(?:'d| would| 'll| will| should) {_VERY}(?:say|argue|guess|expect|imagine|venture|hazard)\b",
    r"\bi (?:do not|don't|wouldn't|didn't) (?:really |necessarily )?(?:think|believe|expect|imagine|suppose)\b",
    rf"\b(?:i|we)(?:'m| am|'re| are) (?:not|no longer) {_VERY}(?:sure|certain|convinced|confident|aware|an expert)\b",
    r"\b(?:i|we)(?:'m| am|'re| are) (?:fairly|pretty|reasonably|almost|nearly) (?:sure|certain|confident)\b",
    r"\bi(?:'m| am) (?:no|not an?) \w+, but\b",
    r"\bi (?:could|may|might) (?:\w+ )?(?:be|have)\b",
    r"\bi (?:cannot|can't|couldn't) (?:really )?(?:be|say|tell|know|judge|promise|guarantee)\b(?! you how\b)",
    r"\b(?:in|from) my (?:\w+ )?(?:opinion|view|experience|perspective|estimation|judge?ment|reading)\b",
    r"\b(?:to my knowledge|to the best of my|(?:as far as|from what|so far as) i)\b",
    r"\bif i (?:remember|recall|understand|am not mistaken|had to guess)\b|\bif i'm not mistaken\b",
    r"\bmy (?:own |best |first |rough )?(?:guess|hunch|impression|understanding|suspicion)\b",
)
_ADVERBS = (
    r"\b(?:perhaps|maybe|possibly|probably|presumably|arguably|apparently|seemingly|conceivably|supposedly|ostensibly"
    r"|not necessarily|more or less|(?<!the )(?<!this )(?<!that )(?<!what )(?<!some )(?<!any )(?<!a )sort of"
    r"|in a sense|in a way)\b(?!-)",
    r"\b(?:is|was|are|were|feels?|looks?|seems?|works?|just|it) kind of\b(?! you\b)",
    r"\b(?:roughly|broadly|generally|loosely) speaking\b",
    r"\bto (?:some|a certain|a large|a degree) (?:extent|degree)\b",
    r"\bin (?:most|many|some|a lot of) cases\b|\bas a rule of thumb\b",
    r"(?<!equally )(?<!least )(?<!the )(?<!as )\b(?:un)?likely\b(?! (?:voters?|outcomes?|values?|events?|stories"
    r"|story|as)\b)",
    r"\bthe (?:most |more |less |least )?(?:un)?likely (?:cause|reason|explanation|culprit|source|answer)\b",
    r"\b(?:one|another|a|the only) possible (?:reason|cause|explanation|answer|reading|interpretation)\b",
    r"\b(?:it(?:'s| is)|it (?:may|might) be) (?:also |quite |entirely |very )?possible that\b",
    r"\bchances are\b|\bmileage may\b|\bno guarantees?\b|\bthere(?:'s| is) (?:a |some "
    r"|always a )?(?:\w+ )?(?:chance|possibility)\b",
    r"\b(?:hard|difficult|tricky|too early) (?:for me )?to (?:say|know|tell|be sure|judge|predict)\b"
    r"|\bimpossible (?:for me )?to (?:say|know|predict)\b",
    r"\bit (?:\w+ly |all )?depends\b(?!,? in turn)|\bthat depends\b",
    r"\bnot (?:entirely|fully|completely|altogether|always) (?:clear|certain|true|sure)\b|\b(?:it is"
    r"|it's) (?:unclear|uncertain)\b",
)
_VERBS = (
    r"\bseems?\b|\bwould seem\b|\bappears? to\b|\b(?:it|this|there) appears\b(?! (?:in|on|at|when|as|twice|once"
    r"|four)\b)",
    r"\b(?:it|this|that|these|they) looks? (?:like|as (?:if|though)|void|about|to be|fine|okay|right|wrong)\b",
    r"\b(?:results?|evidence|data|findings|research|studies|study|figures|signs?) (?:\w+ )?(?:suggests?|hints?"
    r"|points? to)\b",
    r"\btends? to\b",
    r"\b(?:could|can) (?:well |also |just |easily |simply |perhaps )?(?:sometimes)\b",
    r"\bcould (?:well |also |just |easily |simply |still )?be (?!used\b|sure\b|able\b|there\b|here\b|about\b)",
    r"\bcould (?:well |also |just |easily )?(?:mean|indicate|suggest|explain)\b|\b(?:it|this|that|there|they"
    r"|which) could have (?:been|\w+ed)\b",
    r"(?<!the )(?<!'s )(?<!their )(?<!its )(?<!full )(?<!and )\bmight\b(?! (?:of|was|is|were|and)\b)(?!')",
    r"\b(?:i|it|this|that|there|they|he|she|we|which|one|these|those|some|you|\w+) may (?:well\b|be\b|have\b"
    r"|not\b|also (?:want|need|be|find)\b|want\b|need to\b"
    r"|wish\b|prefer\b|find\b|vary\b|depend\b|seem\b|feel\b|lead\b|help\b|still\b|come\b|look\b|already\b|even\b)",
)
_WHERE_MAY_IS_A_RIGHT = re.compile(r"\bmay not (?:enter|be (?:used|sold|copied|taken|brought))\b")

_OWN = rf"\b(?:{'|'.join(_PERSON)})"
_HEDGE = rf"\b(?:{'|'.join((*_ADVERBS, *_VERBS))})"
_CUES = re.compile(
    "perhaps|maybe|possib|probabl|presumabl|arguabl|apparently|seem|conceivabl|supposedly|ostensibly|necessarily"
    "|more or less"
    "|sort of|kind of|in a sense|in a way|speaking|extent|degree|cases|thumb|likely|chance|mileage|guarantee"
    "|hard |difficult "
    "|tricky |too early|depends|unclear|uncertain|not (?:entirely|fully|completely|altogether|always)|appear"
    "|look|suggest"
    "|hint|point|tend|sometimes|might|could|may"
)
"""Parts of words, one of which every hedge of `_HEDGE` holds: most sentences are spared the search."""
_FIRST_PERSON = re.compile(r"\b(?:i|we|my)\b")
_ASKED = re.compile(r"^(?:perhaps|maybe|possibly)\b")


def hedging(reading: Reading) -> int:
    """Sentences that hedge in an answer's own voice."""
    return sum(map(_hedges, reading.plain_sentences))


def is_hedging(sentence: str) -> bool:
    """Whether one sentence, its quotations already taken out, hedges."""
    return _hedges(plain(sentence))


def _hedges(words: str) -> bool:
    if words.endswith("?"):
        return bool(_ASKED.match(words))
    return _hedges_as_person(words) or _hedges_in_words(words)


def _hedges_as_person(words: str) -> bool:
    return _FIRST_PERSON.search(words) is not None and compiled(_OWN).search(words) is not None


def _hedges_in_words(words: str) -> bool:
    return (
        _CUES.search(words) is not None
        and compiled(_HEDGE).search(words) is not None
        and not _WHERE_MAY_IS_A_RIGHT.search(words)
    )
