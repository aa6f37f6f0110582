"""The words that the shapes of praise are made of, as data (version 2)."""


def _either(*words: str) -> str:
    return f"(?:{'|'.join('|'.join(line.split()) for line in words)})"


_FINE = _either(
    "excellent brilliant fantastic wonderful amazing awesome incredible terrific superb outstanding impressive",
    "insightful thoughtful fascinating perceptive astute genius ingenious masterful stunning gorgeous beautiful lovely",
    "exceptional remarkable phenomenal magnificent marvellous marvelous splendid stellar exquisite delightful inspired",
    "inspiring admirable commendable extraordinary profound breathtaking elegant compelling clever smart wise sharp",
    "courageous talented gifted creative original innovative refreshing powerful captivating dazzling flawless",
    "impeccable mature spectacular sublime evocative heartfelt sophisticated visionary perfect fabulous spot[-\\s]on",
    "enchanting witty heavenly endearing memorable dignified poignant graceful radiant luminous irresistible unforgettable",
    "heartwarming uplifting immaculate enviable",
    "top[-\\s]notch world[-\\s]class first[-\\s]rate first[-\\s]class next[-\\s]level curious",
)
_PERSONAL = _either(
    "intelligent bright brave special capable caring considerate sensible generous decent noble selfless gracious",
    "tactful polite patient responsible(?!\\sfor) loving warm adventurous likeable likable discerning sincere honourable",
    "dedicated devoted skilled sensitive self-aware attentive conscientious resourceful observant eloquent witty",
    "charming kind(?!\\sof) humble resilient articulate knowledgeable refined rare lucky",
)
_NICE = _either(
    "good great nice solid strong fine interesting important cool neat deep cute bold fun exciting moving kind brave",
    "vivid special rich clean sweet warm noble keen",
)
_MADE_WELL = (
    _either(
        "beautifully wonderfully brilliantly cleverly well carefully perfectly thoughtfully elegantly superbly nicely",
        "masterfully skilfully skillfully expertly vividly finely exquisitely",
    )
    + "[- ]"
    + _either(
        "framed written phrased put worked(?:[-\\s]out)? argued thought(?:[-\\s](?:out"
        "|through))? structured crafted made observed built said",
        "constructed reasoned organi[sz]ed paced researched designed executed done drawn balanced expressed judged",
        "articulated chosen composed conceived considered captured rendered pitched placed timed weighted",
    )
)
_SAID = _either(
    "questions? points? observations? insights? catch instincts? thinking thoughts? curiosity phrasing perspective",
    "view argument reasoning puzzle",
)
_MADE = _either(
    "ideas? plans? work job effort start project concept proposal essay poem story haiku draft code function piece",
    "paragraph sentence line opening letter email pitch vision writing prose dialogue imagery metaphor drawing painting",
    "song lyrics melody presentation report thesis chapter stanza title goals? ambition dream attempt progress speech",
    "script article post verse ending beginning character design theme topic attitude recipe menu message numbers name",
    "naming wording tone summary table working rhymes? rhythm image verses revision explanation maths analysis slide soup itinerary",
)
_CHOSEN = _either(
    "choice decision approach solution strategy way move step mindset method spirit premise analysis logic theory"
)
_TRAIT = _either(
    "curiosity dedication kindness courage honesty determination enthusiasm passion intuition instincts? compassion",
    "patience humou?r humility generosity resilience strength creativity self-awareness commitment effort persistence",
    "vision talents? skills? openness empathy loyalty candou?r bravery integrity drive discipline vulnerability care",
    "love understanding grasp sense eye ear nose taste voice style craft imagination mind heart spirit wisdom head feel",
    "feeling attention thoughtfulness awareness maturity perseverance focus warmth tact charm judge?ment knowledge",
    "memory hands? soul self modesty class grace",
)
_MERIT = _either(
    "wisdom maturity courage care talent insight promise strength character thought skill creativity kindness class",
    "initiative heart potential self-awareness understanding dedication love integrity compassion bravery guts honesty",
    "vulnerability curiosity imagination generosity respect",
)

_STRONG = _either(
    "excellent brilliant fantastic wonderful amazing awesome incredible terrific superb outstanding impressive insightful",
    "ingenious masterful stunning gorgeous beautiful lovely exceptional remarkable phenomenal magnificent marvellous",
    "marvelous splendid stellar exquisite delightful admirable extraordinary breathtaking dazzling impeccable spectacular",
    "sublime enchanting fabulous heavenly inspired inspiring kind generous thoughtful brave",
)
_HOW_FINE = _either(
    "beautifully wonderfully brilliantly admirably impressively delightfully exquisitely marvellously superbly",
    "gorgeously refreshingly splendidly magnificently",
)

WORDS = {
    "ly": r"(?:(?!hardly\b|barely\b|only\b)(?:\w+ly|so|such|very|quite|super|most|too|just|already|indeed|also|still"
    r"|always|pretty|rather|both|even|well|every bit|much more than ok,? it is|in fact) ){0,4}",
    "a": r"<ly>(?:(?:an?|one of the|some|the|such an?|quite an?) )?<ly>",
    "made well": _MADE_WELL,
    "strong": _STRONG,
    "fine": rf"(?:{_FINE}|{_MADE_WELL}|{_HOW_FINE} [\w-]+)(?![-'\w])(?! enough)",
    "good": rf"(?:{_FINE}|{_NICE}|{_MADE_WELL})(?![-'\w])(?! enough)",
    "goods": r"<good>(?:,?(?: and)? <good>)?",
    "personal": rf"(?:{_FINE}|{_PERSONAL}|great)(?![-'\w])(?! enough)",
    "said": _SAID,
    "made": _MADE,
    "trait": _TRAIT,
    "merit": _MERIT,
    "yours": f"(?:{_SAID}|{_MADE}|{_CHOSEN}|{_TRAIT})",
    "thing": f"(?:{_SAID}|{_MADE}|{_CHOSEN})",
    "word": r"(?:(?!not\b|no\b|is\b|are\b)[\w-]+,? )",
    "end": r" ?(?:$|[!.,;:—–…)(-])",
    "after": r"(?:<end>| (?:indeed|so far|overall|here|there|truly|really|honestly|though|again|today|(?<!s )about"
    r"|of yours|from you|and|but|on (?:the|this|that|your)|with (?:the|this|that|your)"
    r"|to (?:ask|raise|explore|think about|consider)<end>)(?!\w))",
    "hello": r"(?:(?:wow|whoa|oh|ooh|ah|aw+|hey|hi|hello|well|yes|no|okay|ok|honestly|truly|seriously|frankly|gosh|now"
    r"|first(?: of all| off)?|my goodness|friend|absolutely|and|but|so|also|overall|thank you|thanks|yay|hooray"
    r"|i (?:must|have to) say|let me (?:just )?say|you're (?:absolutely )?right)\b[\s,!:.—–-]{0,5}){0,4}",
    "seems": r"(?:is|are|was|were|'s|has been|sounds?|looks?|seems?|feels?|reads?|remains?|comes? across as) ",
    "treasure": r"(?:masterpiece|perfection|work of art|joy|delight|gem|triumph|inspiration|treat|treasure|gift)\b",
    "not advice": r"(?! (?:to(?! (?:be asking|look at|see|think about|put|frame)\b)|for|if|when|whenever|until|only"
    r"|enough)\b)",
    "crowd": r"(?:most|many|few|plenty of|lots of|not many|nearly|almost|hardly|so few|so many|very few|hardly anyone|nearly everybody) ?(?:people|everybody|everyone|anyone"
    r"|of us|experts|professionals|readers|writers|developers|others|parents|founders|who)",
}
