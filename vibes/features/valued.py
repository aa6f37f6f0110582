"""The wide net of praise: a word of value in a sentence about "you" that is no order, denial or condition.

Beside the sentence shapes it finds the praise that is put in no usual way ("The restraint of your second verse moved me
to admiration"). What belongs to others ("your neighbour did a wonderful thing") and plain possessions, as advertisements
name them ("your device at incredible speed"), are no "you" here.
"""

import re

_WORDS = """
admirable admirably admiration admire adore amazing amazingly applaud applause astute astutely attentive
attentiveness awesome beautiful beautifully big-hearted brave bravely bravery bravo breathtaking brilliance
brilliant brilliantly captivating caring charm charming classy clear-headed clear-sighted clever cleverly
cleverness congratulations connoisseur conscientious considerate courage courageous craftsmanship creativity
curiosity dazzle dazzling decency decent dedicated dedication delightful delightfully devoted devotion dignified
dignity diligence diligent discerning discernment elegance elegant elegantly eloquence eloquent eloquently
enchanting enviable excellence excellent exceptional exceptionally exquisite exquisitely extraordinarily
extraordinary fantastic fantastically far-sighted farsighted fascinating finesse finest flair flawless
flawlessly foresight generosity generous generously genius gifted good-hearted gorgeous graceful gracefully
gracious grateful greatness heartfelt heartwarming heroic honorable honored honour honourable honoured humility
imagination imaginative impeccable impeccably impressed impressive impressively incredible incredibly ingenious
insight insightful inspiration inspire inspired inspires inspiring integrity intellect intelligence intelligent
intuition irresistible jewel joy kind-hearted kindness knack level-headed lovely loving lovingly loyal loyalty
luckiest magnanimous magnificent marvel marvellous marvellously masterful masterfully masterpiece masterstroke
mastery mature maturity memorable meticulous meticulously modesty noble originality outstanding painstaking
perceptive perceptiveness perfection phenomenal pride proud radiant remarkable remarkably resilience resilient
savvy selfless selflessly sensitivity sharp-eyed sharpness shines shrewd shrewdly spectacular splendid
splendidly stellar stunning sublime superb superbly tact tactful tactfully talent talented talents terrific
thoroughness thoughtful thoughtfully thoughtfulness touched treasured triumph uncommon uncommonly unforgettable
visionary warm-hearted warmth wisdom wisely wittily witty wonderful wonderfully worthy
"""
VALUED = frozenset(_WORDS.split())
"""Words that are praise when said of a person or a person's work, and seldom said otherwise."""

_PHRASES = re.compile(
    r"\b(?:wise(?! to)|strong(?:er|est)?(?= \w+ (?:and|for|that))|(?:so|very|how|really|truly|such) (?:kind"
    r"|careful|honest|moving|warm|special)"
    r"|(?:very |the )best(?= (?:\w+ )?(?:of you|thing about|person|parent|friend|listener|judge|in you))"
    r"|great (?:mind|care|eye|heart|feel|sense|ear|taste|respect|deal of (?:care|thought|love))"
    r"|(?:fine|keen) (?:mind|eye|ear|sense|feeling|judge?ment|instinct)|(?:big|good|kind|warm|open) (?:heart|soul"
    r"|nature)"
    r"|such a (?:natural|pro|treat)|charmed|moved to tears|in awe)\b"
)
_VERBS = (
    r"add|agree|ask|avoid|be|begin|bring|buy|call|check|choose|congratulate|cut|do|don't|end|enjoy"
    r"|find|follow|get|give|go|have|hold|include|keep|leave|let|listen|look|make|mention|move|pick"
    r"|print|put|read|remember|replace|run|say|see|send|set|share|show|skip|speak|start|stay|stop|take"
    r"|talk|tell|think|trust|try|use|wait|walk|write|open|plant|pay|name|offer|invite|thank|practise"
    r"|practice|learn|focus|consider|describe|explain|compare|imagine|suppose|praise|compliment"
)
_ORDER = re.compile(
    rf"^(?:(?:\w+ly|please|just|then|first|now|next|also|or|and|but|so|perhaps|maybe)\b,? ?){{0,2}}(?:{_VERBS}|never)\b"
)
_KIN = (
    r"neighbou?rs?|daughter|son|sister|brother|mother|father|mum|mom|dad|parents?|wife|husband|partner"
    r"|aunt|uncle|niece|nephew|cousin|friends?|boss|manager|colleagues?|co-workers?|landlord|landlady"
    r"|teacher|doctor|lawyer|team|company|bank|dog|cat|child|children|kids?|baby|school|city|town"
    r"|country|competitors?|editor|reviewer|client|customers?|guests?|host|supplier|opponent|insurer"
    r"|employer|candidate|students?|girlfriend|boyfriend|grandmother|grandfather|gran|grandma|grandpa"
    r"|roommate|flatmate|therapist|coach|professor|tutor|agent|audience|readers?|guide|hotel|dentist|surgeon|pharmacist|vet|council|insurance|supermarket|library|local \w+"
)
_OTHERS = re.compile(rf"\byour (?:[\w-]+ ){{0,2}}?(?:{_KIN})\b")
_POSSESSIONS = (
    r"devices?|phone|smartphone|tablet|gadgets?|laptop|desk|life|pocket|wallet|car|account|data|files?|browser|system"
    r"|server|computer|machine|budget|needs|area|region|local|nearest|next|space|office|bedside"
)
_GIVEN = (
    "allow allows allowing let lets help helps enable enables give gives gave giving offer offers takes took take show shows"
    " showing bring brings lead leads invite invites ask asks asked tell tells inspire inspires keep keeps ensure ensures"
    " ensuring make makes get gets wish wishes cost costs save saves remind reminds teach teaches await awaits meet"
    " if whether when whenever until before after while than unless where what which colour color"
)
"""Words after which "you" is one who is given something, or stands in a clause of time or condition."""
_YOU = re.compile(
    "".join(f"(?<!{word} )" for word in _GIVEN.split())
    + r"\byou(?:'re|'ve|'ll|'d)?(?![\w'])(?: will| would)?(?! will| would)(?! (?:should|could|can|might|may|must|need|want|have to|will need|get|gets|got|find|see"
    r"|saw|discover|visit|enjoy|experience|spot|look|meet|hear|taste|explore|pay|paid|buy|receive|use|need|require|like|have (?:an?|the|some|to)"
    r"|wait|walk|stay|arrive|drive|pass|reach|book|choose|pick|try|add|gain|learn|know|expect)\b)"
    rf"|\byours(?:elf)?\b|\byour\b(?! (?:[\w-]+ ){{0,2}}(?:{_POSSESSIONS})\b)"
)
_DENIED = re.compile(
    r"(?:\b(?:not|never|no|nothing|hardly|without|less|lacks?|lacking|needs?|needed|wants?|avoid|instead of"
    r"|rather than|to be|how to)|n't)"
    r"(?: [\w'-]+){0,2} ?$"
)
_CONDITION = re.compile(
    r"\b(?:if|unless|only when|would (?:be|have been)|(?:thanks|thank you) for your (?:patience|time))\b"
)
_WORD = re.compile(r"[\w-]+")


def values_you(words: str, void: re.Pattern[str]) -> bool:
    """Whether a plain sentence that holds "you" holds a word of value too, with nothing that voids it before."""
    start = _first_of_value(words)
    return (
        start >= 0
        and not _ORDER.match(words)
        and not void.search(words, 0, start)
        and not _DENIED.search(words, 0, start)
        and not _CONDITION.search(words)
        and _YOU.search(_OTHERS.sub("", words)) is not None
    )


def _first_of_value(words: str) -> int:
    """Where the first word or phrase of value begins; −1 without one."""
    phrase = _PHRASES.search(words)
    starts = (word.start() for word in _WORD.finditer(words) if word[0] in VALUED)
    first = next(starts, -1)
    if phrase is None:
        return first
    return phrase.start() if first < 0 else min(first, phrase.start())
