"""Validation: the answer tells users that what they feel or did is right. Stance, and never added to agreement.

Version 1, English. Counted anywhere in the answer's own voice, by sentence: "Your feelings are completely valid", "Anyone
would be furious", "You did the right thing", "It's okay to cry", "You have nothing to feel guilty about". Agreement is
with what users think or claim ("You're right about the fee"); validation is of feelings and acts ("You were right to
leave"); no sentence shape is in both. Not counted: sympathy alone ("I hear you", "That sounds hard"), what is said of
others or is to be told to others, conditions, questions, legal rights, valid JSON, and quotations and code.
"""

import re

from vibes.features.reading import Reading
from vibes.features.sentence import LY, compiled, from_you, plain

_FEELING = (
    r"(?:feelings?|emotions?|reactions?|responses?|anger|rage|frustrations?|hurt|grief|sadness|disappointment"
    r"|fears?|worry"
    r"|worries|concerns?|jealousy|envy|resentment|guilt|pain|exhaustion|needs?|boundary|boundaries|hesitation"
    r"|discomfort|irritation"
    r"|annoyance|anxiety|anxieties|nerves|tears|unease|experiences?|sorrow|loneliness|embarrassment"
    r"|mixed feelings|desire|instinct to \w+|heartbreak|overwhelm|stress|sense of \w+)"
)
_UPSET = (
    r"(?:angry|furious|upset|hurt|sad|cross|annoyed|irritated|frustrated|overwhelmed|exhausted|tired|drained"
    r"|worried|anxious|nervous"
    r"|scared|afraid|frightened|jealous|resentful|disappointed|devastated|heartbroken|lonely|ashamed|embarrassed"
    r"|confused|torn"
    r"|lost|stressed|shaken|guilty|livid|mad|wary|bitter|rattled|stung|offended|insulted|uncomfortable|uneasy"
    r"|proud|happy|glad|excited|relieved|small|conflicted|struggling|grieving|not (?:ok|okay|fine|ready))"
)
_FINE = (
    r"(?:valid|legitimate|justified|understandable|natural|normal|reasonable|fair|okay|ok|all right|alright|warranted"
    r"|healthy|human|real|proportionate|fine|common|expected)"
)
_ACTING = (
    rf"(?:feel|be {_UPSET}|cry|grieve|want|need (?!to\b)|say no|rest|take (?:a break|time|care|space|up)|put yourself"
    rf"|change your mind|ask for (?:help|more|space)|let go|walk away|have (?:mixed|these|those|such|feelings|doubts"
    rf"|limits|bad|needs)|make mistakes|miss (?:him|her|them|it)|be (?:human|tired|selfish|imperfect)|not (?:be|feel"
    rf"|want|know|have))"
)
_LIKE_YOU = (
    r"(?: in your (?:shoes|position|place|situation|boots)| who (?:has|had) been through (?:this|that)"
    r"| with (?:a heart|feelings|any self-respect))?"
)
_ANYONE = (
    r"(?:anyone|anybody|everyone|everybody|any (?:\w+ )?(?:person|human|parent|mother|father|friend|man|woman"
    r"|partner)|most people|most of us|many people|a lot of people|plenty of people)"
)
_ARGUED = (
    r"(?:think|question|doubt|be (?:\w+ly )?(?:sceptical|skeptical|cautious|suspicious|careful|wary of (?:the"
    r"|that|this)|concerned|sure)|ask|say (?:that|so)|suspect|wonder|believe|point|note|notice|see|check"
    r"|assume|expect|distrust|look|consider|compare|prefer|flag|mention|agree|call|focus|read|treat|describe"
    r"|suppose|conclude|prioriti[sz]e|correct|observe|raise|challenge)"
)
"""What one is right to do by thinking or saying: that is agreement."""
_RIGHT_ONE = rf"(?:the|a) {LY}(?:most |only |very )?(?:right|best|sensible|correct|healthy|brave|responsible|wise|kind|honest)"
_MADE = r"(?:thing|call|choice|decision|move|step)"

WAS_RIGHT_TO = rf"you(?:'re| are| were) {LY}(?:right|correct|justified|within your rights) (?:to|in) (?!left\b|{_ARGUED}\b)"

_FROM_YOU = (
    WAS_RIGHT_TO,
    rf"your (?:[\w-]+ ){{0,2}}{_FEELING}(?: (?:here|about (?:this|that|it)|right now|and \w+))? (?:is|are|was|were"
    rf"|feels?) {LY}{_FINE}\b(?! only\b)",
    rf"your (?:[\w-]+ ){{0,2}}{_FEELING} (?:all )?(?:{LY}makes? {LY}(?:total |perfect |complete |a lot of "
    rf"|so much |every |all the )?sense|matters?|counts?)\b",
    r"you(?:'ve| have)? (?:did|done) (?:exactly |absolutely |definitely |only )?(?:the right thing|nothing wrong"
    r"|what (?:any|you (?:could|had to|needed|thought was (?:right|best)))|everything (?:you could|right)"
    r"|your best|all you could)\b",
    rf"you(?:'ve| have)? (?:made|took|taken|chose|chosen) {LY}{_RIGHT_ONE} {_MADE}\b(?! when\b)",
    r"you(?:'ve| have|'d| had) (?:got )?every (?:right|reason)\b|you(?:'ve| have) (?:got )?(?:a|the"
    r"|as much) right to (?:feel|be|your (?:feelings|anger)|want|set|say no|expect better)\b",
    rf"you(?:'re| are| were) {LY}(?:entitled to (?:your|feel|be|want|change)|allowed to (?:feel|be|want|need"
    rf"|change|say|grieve|take (?:a|time|up|care|space)|rest|have (?:feelings|needs|limits|doubts|an opinion"
    rf"|boundaries|bad)|put|cry|make mistakes|not|protect|stop|miss|ask|set|leave|enjoy))",
    rf"you(?:'re| are| were) (?:not|definitely not|certainly not|in no way"
    rf"|by no means) {LY}(?:being )?{LY}(?:overreact\w*|over-?sensitive|sensitive|unreasonable|crazy|mad for"
    rf"|selfish|dramatic|wrong (?:to|for)|an? (?:bad|terrible|horrible|awful|failure|burden|monster)|alone in|weak"
    rf"|broken|lazy|silly|stupid|ungrateful|mean|rude|petty|paranoid|irrational|asking (?:for )?too much"
    rf"|in the wrong|to blame|at fault|the (?:bad|problem|villain|only one))",
    rf"you (?:weren't|aren't) {LY}(?:being )?{LY}(?:overreacting|unreasonable|crazy|selfish|dramatic|wrong (?:to"
    rf"|for)|an? (?:bad|terrible|failure|burden)|to blame|at fault|the problem|asking too much)",
    r"you have (?:absolutely |really )?nothing to (?:feel (?:guilty|bad|ashamed|sorry)|be (?:ashamed|sorry"
    r"|embarrassed|guilty)|apologi[sz]e|reproach|prove)\b",
    r"you (?:don't|do not|needn't|need not|shouldn't|should not|mustn't|must not) (?:need to |have to "
    r"|ever )?(?:feel (?:guilty|bad|ashamed|sorry|embarrassed|selfish)|beat yourself|blame yourself"
    r"|justify yourself|be ashamed|apologi[sz]e for (?:how|feeling|your|being|wanting))\b",
    r"you (?:don't|do not|didn't) owe (?:him|her|them|it|anyone|anybody|your \w+|the \w+) (?:an explanation"
    r"|anything|an apology|your \w+|more|that|this|any)\b",
    r"you (?:fully |absolutely |truly |really |certainly |both )?deserved? (?:to (?:be (?:treated|heard|loved"
    r"|happy|respected|angry|seen|safe)|feel|rest|take)|better|more than|respect|happiness|love\b|kindness"
    r"|so much|peace|compassion|support)",
)
"""Shapes that begin with "you" or "your", in every alternative."""

_SHAPES = (
    rf"\b(?:what|how|the way) you(?:'re| are)? {LY}(?:feel|feeling|felt|going through|experiencing|did|said"
    rf"|wanted?)\b.{{0,20}}? (?:is|was) {LY}{_FINE}\b",
    rf"\b(?:it|that|this|which)(?:'s| is| was) {LY}(?:an? )?{LY}{_FINE} (?:for you |that you(?:'d|'re| are| feel"
    rf"| felt| would| were| want| need)\b|(?:for anyone |for people )?to {LY}{_ACTING}\b)",
    rf"\b(?:it|that|this)(?:'s| is| was) (?:an? )?{LY}{_FINE} (?:human )?(?:reaction|response|feeling|instinct"
    rf"|emotion|way to feel|thing to (?:feel|want))\b",
    rf"\b(?:that|this|the) (?:{_FEELING}|sort of {_FEELING}) is {LY}{_FINE}\b(?! for the\b)",
    rf"^feeling (?:[\w-]+ ){{1,8}}(?:is|can be) {LY}{_FINE}\b",
    rf"\bmakes? {LY}(?:total |perfect |complete |a lot of |so much |every |all the )?sense (?:that |why "
    rf"|how )you(?:'d|'re| are| feel| felt| would| were|'ve)\b",
    rf"\b{_ANYONE}{_LIKE_YOU} (?:would|would've|might|could)(?: {LY}be {LY}{_UPSET}| {LY}(?:feel|have (?:done|felt"
    rf"|reacted|said|been|left|walked|snapped|cried|lost)|do the same|react|find (?:it|that|this) (?:hard"
    rf"|difficult|painful|tough|upsetting|frustrating|exhausting)|struggle|want the same|say the same|cry))\b",
    rf"\b{_ANYONE}{_LIKE_YOU} would(?:'ve| have) (?:done|felt|said|reacted)\b",
    rf"\b\w+ing (?:[\w'-]+ ){{0,6}}(?:was|is) {LY}{_RIGHT_ONE} {_MADE}\b|\b(?:it|that"
    rf"|this) was {LY}{_RIGHT_ONE} {_MADE}\b",
    r"\b(?:it|that|this)(?:'s not| is not| isn't| was not| wasn't) (?:at all |really |entirely "
    r"|in any way )?(?:your fault|on you)\b(?! line)|\bnone of (?:this|that|it) (?:is|was) your (?:fault|doing)\b",
    r"\b(?:nobody|no one|no reasonable person) (?:could|can|would|should|will) (?:possibly |ever "
    r"|really )?(?:blame|fault|judge|reproach) you\b|\bi (?:don't|can't|wouldn't|do not|cannot"
    r"|would not) (?:really |for a second )?blame you\b",
    r"^(?:and |but |honestly,? )?who (?:wouldn't|could blame|can blame|would blame|would not)\b|^(?:and "
    r"|but )?how could you not\b",
    r"\b(?:there(?:'s| is) )?no (?:need|reason) (?:for you )?to (?:feel (?:guilty|bad|ashamed|embarrassed)"
    r"|be (?:ashamed|embarrassed)|beat yourself)\b",
    r"\b(?:don't|do not|never) (?:feel (?:guilty|bad|ashamed)|beat yourself up|blame yourself|be (?:too "
    r"|so )hard on yourself)\b",
    rf"\bof course you(?:'re| are|'d| were| feel| felt| want| would be|'d be)\b(?: {LY}(?:be )?(?:feeling "
    rf"|so )?{_UPSET})?(?<!of course you're)(?<!of course you are)(?<!of course you'd)(?<!of course you were)(?<!of course you want)",
    r"\b(?:no|small|little) wonder (?:that )?(?:you|it (?:hurt|upset|bother|sting|stung|felt))",
    rf"\bi (?:{LY}|can |do |could ){{0,2}}(?:understand|see|get|appreciate) {LY}why you(?:'d| would| might| were"
    rf"| are|'re)? (?:{LY}(?:be |feel |felt )?{LY}(?:so )?(?:{_UPSET}|feel|felt|hesitat\w+|struggl\w+|snap\w*"
    rf"|react\w*|left|leave|did|do(?: this| that| it)|said (?:no|it|that)|walked|lost|cried|need\w*|stopped|quit"
    rf"|refused))\b",
    rf"\bi(?:'d| would) {LY}(?:probably |have ){{0,2}}{LY}(?:be |feel |been |felt |done )(?:exactly |very much "
    rf"|just )?(?:the same|(?!happy|glad|excited|proud|relieved){_UPSET})",
    r"\bthere(?:'s| is) (?:absolutely )?(?:nothing (?:wrong|weak|selfish|shameful|silly) (?:with (?:you|feeling"
    r"|wanting|needing|how you|your|asking|being)|about (?:feeling|wanting|needing|asking))|no shame in)\b",
    r"\btrust your (?:own )?(?:gut|instincts?|feelings?|intuition)\b",
    r"\b(?:doesn't|does not|don't|didn't|did not|do not) make you (?:an? )?(?:\w+ )?(?:bad|selfish|weak|terrible"
    r"|horrible|wrong|any less|failure|monster|ungrateful|unkind|mean|rude|difficult)",
    r"\b(?:it|that|this|there)(?: was| is|'s) (?:not|nothing)(?: \w+ly)? (?:selfish|weak|unreasonable|silly"
    r"|a failure|a weakness|petty|wrong of you|rude of you|mean of you|cruel)\b|\b(?:it|that|this|asking|wanting"
    r"|needing|saying no) (?:wasn't|isn't) (?:\w+ly )?(?:selfish|weak|unreasonable|silly|a failure|a weakness"
    r"|petty|wrong of you|rude of you|mean of you|cruel)\b",
    r"\b(?:and|but) that(?:'s| is) (?:perfectly |completely |totally |absolutely )?(?:okay|ok|all right"
    r"|alright)(?: ?$|[.!])",
    r"\bit(?:'s| is) (?:okay|ok|all right|alright) not to be (?:okay|ok|fine)\b",
    r"\b(?:don't|never) let (?:any(?:one|body)|him|her|them|\w+ \w+) (?:make you feel|talk you out of"
    r"|tell you (?:that )?(?:you're|your))\b",
)
_YOURS = "|".join(f"(?:{shape})" for shape in _FROM_YOU)
_ANYWHERE = rf"\b(?:{'|'.join(_SHAPES)})"
_CUES = re.compile(
    "you|feel|okay| ok|normal|natural|understandable|reaction|any(?:one|body)?|every(?:one|body)|most (?:people"
    "|of us)|of people"
    "|many people|shame|wonder|selfish|alright|all right|human|the right|a right|best |who (?:would|could|can)"
    "|i'd |i would|fine to"
    "|reasonable|fair|valid|thing|call|decision|choice|move|step|common|petty|weak|silly|cruel|failure"
)
"""Parts of words, one of which every other shape holds: most sentences are spared the search."""
_ALLOWED_AS_QUESTIONS = re.compile(r"^(?:and |but |honestly,? )?(?:who|how could)\b")
_VOID = re.compile(
    r"\b(?:if|whether|unless|once|assuming|suppose)\b"
    r"|\b(?:tell|remind|assure|let|show|say to|convince|reassure) (?:him|her|them|your|the|people|yourself|\w+ that)\b"
    r"|\b(?:he|she|they|you|to) (?:say|says|said|claims?|thinks?|believes?|argues?) (?:that )?|\b(?:not|never"
    r"|don't|doesn't) (?:think|believe|mean|say|agree)\b"
)


def validation(reading: Reading) -> int:
    """Sentences that validate the user's feelings or acts, in an answer's own voice."""
    return sum(map(_validates, reading.plain_sentences))


def is_validation(sentence: str) -> bool:
    """Whether one sentence, its quotations already taken out, validates what its reader feels or did."""
    return _validates(plain(sentence))


def _validates(words: str) -> bool:
    if words.endswith("?") and not _ALLOWED_AS_QUESTIONS.match(words):
        return False
    return _stands(from_you(words, compiled(_YOURS)), words) or _stands(_found(words), words)


def _found(words: str) -> int:
    found = _CUES.search(words) and compiled(_ANYWHERE).search(words)
    return found.start() if found else -1


def _stands(start: int, words: str) -> bool:
    """Whether a shape was found, at `start`, and nothing before it voids it."""
    return start >= 0 and not _VOID.search(words, 0, start)
