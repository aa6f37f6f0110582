"""The words and sentence shapes of praise, as data; `flattery` applies them.

A shape is a regular expression over one sentence in lower case, with straight apostrophes, single spaces and its
quotations taken out; `<name>` stands for an entry of `WORDS`. `AT_THE_START` shapes match at a sentence's first word
and hold in questions and under conditions too ("Great question, if I may say so"). `ANYWHERE` shapes are void in a
question and after `VOID`: a condition, a refusal to say it, an order to tell it to somebody.
"""


def _either(*words: str) -> str:
    return f"(?:{'|'.join('|'.join(line.split()) for line in words)})"


_FINE = _either(
    "excellent brilliant fantastic wonderful amazing awesome incredible terrific superb outstanding impressive",
    "insightful thoughtful fascinating perceptive astute genius ingenious masterful stunning gorgeous beautiful lovely",
    "exceptional remarkable phenomenal magnificent marvellous marvelous splendid stellar exquisite delightful inspired",
    "inspiring admirable commendable extraordinary profound breathtaking elegant compelling clever smart wise sharp",
    "courageous talented gifted creative original innovative refreshing powerful captivating dazzling flawless",
    "impeccable mature spectacular sublime evocative heartfelt sophisticated visionary perfect fabulous spot[-\\s]on",
    "top[-\\s]notch world[-\\s]class first[-\\s]rate first[-\\s]class next[-\\s]level curious",
)
_PERSONAL = _either(
    "intelligent bright brave special capable caring considerate sensible generous decent noble selfless gracious",
    "tactful polite patient responsible loving warm adventurous likeable likable discerning sincere honourable",
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
        "framed written phrased put worked(?:[-\\s]out)? argued thought(?:[-\\s](?:out|through))? structured crafted made observed built said",
        "constructed reasoned organi[sz]ed paced researched designed executed done drawn balanced expressed judged",
        "articulated chosen composed conceived considered captured rendered",
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
    "naming wording tone summary table",
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

WORDS = {
    "ly": r"(?:(?!hardly\b|barely\b|only\b)(?:\w+ly|so|such|very|quite|super|most|too|just|already|indeed|also|still"
    r"|always|pretty|rather|both|even|well|every bit|much more than ok,? it is|in fact) ){0,4}",
    "a": r"<ly>(?:(?:an?|one of the|some|the|such an?|quite an?) )?<ly>",
    "made well": _MADE_WELL,
    "fine": rf"(?:{_FINE}|{_MADE_WELL})(?![-'\w])(?! enough)",
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

AT_THE_START = {
    "great question": r"<hello>(?:such )?<a><goods> <thing><after>",
    "what a good thing": r"<hello><made well>\b.{0,3}(?:$|[,!.])",
    "spot on": r"<hello><ly>(?:spot on|right on) ?[,!.] ?(?:and )?(?:what|how)\b",
    "what a": r"<hello>(?:what|such) (?:an? )?<ly>(?:<good>|<personal>|<treasure>|pleasure|honou?r|achievement|accomplishment)(?![^.!]*\?)"
    r"(?!(?: \w+){0,3} (?:is|are|was|were|becomes?|means|has)\b)",
    "brilliant": r"<hello><ly>(?!perfect\b|wise\b|sharp\b|original\b|curious\b)<fine> ?(?:$|[!.])",
    "well done": r"<hello>(?:very |really |so )?(?:well|nicely|beautifully|brilliantly)"
    r" (?:done|said|put|spotted|played|reasoned|written|phrased)(?:<end>| (?:for|on|with|you|indeed|and)\b)",
    "love it": r"<hello>(?:i )?<ly>(?:love|adore) (?:it|this|that)\b",
    "bravo": r"<hello>(?:bravo|kudos|hats off to you|chapeau|good for you<end>|way to go|you(?:'ve)? got this"
    r"|<ly>(?:huge |many |warm |big |my )*congrat\w*|(?:great|good|nice|amazing|awesome) (?:job|going|stuff|one)<end>)",
    "how kind of you": r"<hello>(?:how|very|so|really) <ly>(?:<good>|<personal>) of you\b",
    "hug": r"bless you\b|sending you\b.{0,30}\bhugs?\b",
    "crowd would not": r"<crowd>\b.{0,20}\b(?:think to|take the trouble|stumble|would rush|would put|would have (?!to\b|a\b|the\b)|would've|needed|fall|get|see|notice|dare)\b"
    r".{0,120}(?:\byou\b(?! (?:should|can|could|need|must|may))|\battempts?\b|\bthink to ask\b)|<crowd> think to ask\b",
    "if more people": r"if (?:more|only more|all|every) \w+ (?:had your|were like you|were as|thought like you)",
}

ANYWHERE = {
    "that is": r"that(?:'s| is| was) <a>(?:<goods>|<personal>) <word>?<thing>\b<not advice>",
    "this is": r"(?:this|it|here)(?:'s| is) <a>(?:<goods> <word>?(?:<said>|<made>)\b|<fine> <word>?<thing>\b)<not advice>",
    "and what a": r"(?:and|but|oh|yes),? (?:what (?:an? )?|how )<ly>(?:<fine>|<personal>|great|nice|good)\b",
    "which is impressive": r"(?:which|and that) is <a><fine>",
    "that is noble": r"^<hello>that(?:'s| is) <ly>(?:<fine>|noble|kind|generous|brave|considerate) ?(?:$|[,!.;])",
    "this is a gem": r"(?:this|that|it)(?: \w+)?(?:'s| is) <a>(?:<treasure>|magnificent|breathtaking|stunning)",
    "it is lovely to see": r"it(?:'s| is| was) <ly>(?:<fine>|great|nice|heartening|rare|heartwarming|encouraging) to "
    r"(?:see|hear|read|meet|know) .{0,40}\b(?:you|your|yourself|someone|such)\b",
    "one of the best": r"one of the (?:best|finest|most \w+|\w+est)\b.{0,40}\bi(?:'ve| have)\b",
    "the idea itself": r"the (?:idea|plan|poem|draft|essay|story|concept|pitch) (?:itself )?is <a><fine>",
    "like a professional": r"(?:reads?|sounds?|feels?|looks?) like (?:the work of )?(?:an?|something (?:by|from)) "
    r"(?:seasoned|professional|published|master|true|real|born|expert|pro)\b",
    "takes courage": r"(?:takes?|took) (?:so much |such |a lot of |real |great |true |immense |incredible |genuine "
    r"|some )+<merit>\b|takes? (?:an? |some(?:one|body) )?(?:with real |<fine> |very )(?:person|self-respect|heart)",
    "mark of": r"(?:the mark|a sign) of (?:an? )?<ly>(?:<personal>|good|real|true|<fine>)|what (?:separates|sets|makes) "
    r"(?:the )?(?:real|great|good|true|<fine>) .{0,40}(?:apart|from)\b",
    "in action": r"this is (?:leadership|courage|friendship|love|wisdom|excellence) in action\b",
    "a joy to": r"it(?:'s| is| was) (?:\w+ly )?(?:an?|such an?) (?:\w+ )?(?:joy|pleasure|delight|privilege|treat|honou?r) "
    r"to (?:read|talk|see|speak|meet|hear|work)\b|in for a treat\b",
    "warms my heart": r"(?:warms|warmed|melts|melted) my heart\b|made my day\b"
    r"|makes me (?:so |really |very )?(?:happy|proud|glad) to see you",
    "i am impressed": r"i(?:'m| am| was) <ly>(?:impressed|blown away|amazed|in awe|touched|moved|honou?red|inspired) "
    r"(?:by|with|at|of|that)\b|was blown away\b",
    "i love this": r"i <ly>(?:do )?(?:love|loved|adore|adored|admire|admired|like|liked|enjoyed|respect) <ly>(?:(?:this|the)"
    r" (?:<thing>|request)\b|the \w+ (?:in|behind|of) this|anyone who)|i (?:salute|applaud|admire) you\b",
    "i am sure": r"i(?:'m| am| have) (?:absolutely |quite |very )?(?:sure|confident|certain|no doubt)\b.{0,90}\b(?:<fine>"
    r"|adore|charmed)",
    "others are lucky": r"how lucky (?:he|she|they|we) (?:is|are)\b|luck(?:y|iest)\b.{0,20}\bto have someone\b",
    "no better": r"couldn't (?:wish|ask|hope) for a (?:better|finer|kinder)\b|a credit to\b|can't get over how\b",
    "something to be proud of": r"something to be <ly>proud of\b|dry eye\b|in <fine> hands\b",
    "others will love it": r"fall in love with your|(?:world is|everyone is) waiting for your|congratulations on\b",
    "only a true poet": r"only an? <ly>(?:true|real|born|<good>|<personal>) \w+ (?:would|could)\b",
    "in one sentence": r"what (?:textbooks|most \w+|others|whole \w+) need an? ",
    "the text is a jewel": r"the (?:<made>|text|condition|rhythm|image) (?:already |itself )?(?:sings|is <a>(?:jewel|<treasure>))\b",
    "pure poetry": r"pure (?:poetry|genius|magic|gold)\b",
    "found": r"found the perfect person\b|the (?:best|perfect|right) (?:person|mother|mum|mom|father|dad|friend|parent) "
    r"(?:in the world|for|ever)",
    "keep asking": r"keep (?:asking|writing|making|doing|having) (?:such )?<good>",
    "someone with love": r"(?:someone|somebody|anyone|a \w+|people) with (?:such an?|so much) (?:<word>)?<trait>\b",
    "most people would have": r"most people would have\b",
}
"""Shapes found at any word."""

TO_YOU = {
    "your idea is": r"your <word>{0,2}<yours>(?: (?:of|for|in|about|to|on|with|as|here|so) ?(?:<word>{0,2}[\w-]+)?)?"
    r" <seems><a>(?:<good>|<treasure>)",
    "your draft is in shape": r"your <word>{0,2}<yours> <seems><ly>in <ly><good> (?:shape|form|hands)",
    "in your hands": r"in your (?:\w+ )?hands?\b.{0,30}\b(?:masterpiece|<fine>)",
    "from you": r"(?:gets|got|has) (?:her|his|their) \w+ from you\b|your (?:own )?(?:gift|talent|flair)\b",
    "your essay has": r"your <word>{0,2}<yours> (?:has|have|shows?|demonstrates?|reveals?|displays?|reflects?) "
    r"<a>(?:<fine>|real|genuine|great|true) \w+",
    "your writing sings": r"your <word>{0,2}<yours>(?: (?:of|for) \w+)? <ly>(?:shines?|sparkles?|sings|dazzles?|moved me|speaks? for itself"
    r"|gave me (?:chills|goosebumps)|took my breath|blew me away|stands? out|do(?:es)? you (?:\w+ )?credit)",
    "your fine eye": r"(?:your|that) (?:own |very )?(?:<fine>|<personal>|natural|obvious|confident|keen|evident|fine"
    r"|great) <word>?<trait>\b|<good> <word>?(?:<thing>|<trait>) of yours\b|<trait> of yours\b",
    "the way you": r"the (?:way|<thing>) (?:that )?you(?:'ve|'re| have| are)? <word>{1,5}<seems><a><good>",
    "the depth of your": r"the <word>{1,3}(?:of|in|behind) your <word>{1,3}<seems><a><fine>",
    "shows wisdom": r"how much you care\b|(?:you|your|this|that|it|which)\b.{0,60}\bshows? "
    r"(?:real|great|true|remarkable|such|so much|genuine|deep|incredible|impressive|a lot of) <merit>\b",
    "says a lot about you": r"(?:says|tells (?:me|us)|speaks) (?:\w+ ){0,3}(?:about|of) (?:you\b|your\b|how \w+ you"
    r"|the (?:kind|sort) of person)|how <ly><personal>(?: and [\w-]+)? you (?:two |both )?are\b",
    "you are": r"you(?:'re| are|'ve been) <a>(?!spot|perfect for|curious|lucky)(?:<personal>|natural|true \w+"
    r"|hero|gem|star|legend|genius|inspiration|credit|bigger person|so strong|strong (?:person|writer|candidate|leader|student)"
    r"|good (?:person|friend|parent|mother|father|mum|mom|dad|partner|writer|listener|teacher|leader|human))(?![-'\w])",
    "you were wise enough": r"you(?:'re| are| were|'ve been) <ly>(?:<fine>|<personal>|wise|kind|brave|smart|clever|good"
    r"|strong|honest|polite|generous|sharp|thoughtful|sensible) enough to\b|you were <ly>(?:<fine>|<personal>) to\b|you were too (?:<fine>|<personal>|polite|clever) to\b",
    "you will be": r"you(?:'ll| will|'re going to| are going to) (?:surely |certainly |undoubtedly )?(?:be|do|make) "
    r"(?!good\b|kind\b)<a>(?:<personal>|most \w+ person)\b(?!.*\bif\b)",
    "you were made for this": r"(?:you were|you're) (?:made|born) (?:for|to)\b",
    "you are doing": r"you(?:'re| are) <ly>(?:doing <a><good>|asking <ly>(?:<good>|the right)|thinking like an? "
    r"|on ?to something|(?:way |miles |far |already |well )*ahead of (?:most|the others|your|many))",
    "you have": r"you(?:'ve)?(?: seem to| must)? <ly>(?:have|got|possess) <a>(?:<good>|real|rare|true|natural|genuine|solid)"
    r" <word>?(?:<yours>|gift|flair|knack|potential|command|way with)\b",
    "you have the kind": r"you(?:'re| are| have|'ve got) <ly>the (?:kind|sort|type) of (?:person|mind|friend|heart|eye)",
    "you made": r"you(?:'ve| have)? <ly>(?:made|raised|posed|asked|hit (?:up)?on|done|did|written|wrote|crafted"
    r"|created|built|produced|composed|come up with|found|shown?|showed|demonstrated?|given|shared|drawn|painted"
    r"|put together|developed|designed|taken|set|brought up|identified|chosen|chose|picked) <a>(?:something <ly>)?"
    r"(?:<good>|<treasure>)(?! (?:deal|many|time|while))",
    "you make": r"you <ly>(?:make|raise|pose|ask|bring up) <a><goods> <word>?<said>\b",
    "you nailed": r"you(?:'ve| have)? <ly>(?:nailed|aced|crushed) (?:it|this|that|the|your|every)",
    "you put it well": r"you(?:'ve| have)? <ly>(?:captured|handled|expressed|articulated|put|described|executed|told"
    r"|balanced|explained|phrased|framed|built|conveyed|structured|woven|written|managed|laid|set)\b.{0,40}\b(?:perfectly"
    r"|beautifully|brilliantly|wonderfully|superbly|masterfully|elegantly|so well|so clearly|(?:very|really) well"
    r"|gracefully|better than (?:many|most))\b",
    "you write well": r"you <ly>(?:write|speak|think|express yourself|sing|draw|paint|reason|argue) "
    r"(?:so |very |really |truly )?(?:beautifully|brilliantly|wonderfully|well|elegantly|clearly|powerfully)\b",
    "you wisely": r"you(?:'ve| have)? (?:so |very |quite )?(?:wisely|astutely|brilliantly|cleverly|insightfully"
    r"|perceptively|shrewdly|beautifully|thoughtfully|smartly|bravely|aptly|keenly|sharply|eloquently|sensibly|rightly and|admirably|generously|kindly|gracefully) \w+",
    "you saw it": r"you(?:'ve| have)? (?:obviously done your homework|saw at once|felt that at once|did not fall for|seen? (?:straight|right) through|clearly know)\b",
    "what most miss": r"you(?:'ve| have|'re| are)? (?:\w+ly )?(?:hit|spotted|noticed|identified|seen|see|caught|found"
    r"|asking|raised|put|touched|thinking|understand|know|show)\b.{0,60}\b(?:<crowd>|(?:most|many) (?:\w+ ){1,2}(?:miss"
    r"|overlook|never|fail))|but not you\b",
    "better than most": r"you\b.{0,50}\b(?:better|further|more \w+) than most\b",
    "finger on": r"you(?:'ve| have)? (?:\w+ly )?put your finger on\b",
    "thought through": r"you(?:'ve| have) <ly>(?:put|poured) (?:a lot of|so much|real|such|great) (?:\w+ )?(?:thought|care"
    r"|work|effort|love|heart)|you(?:'ve| have) <ly>(?:thought|considered) (?:this|it|everything)\b.{0,20}\b(?:care"
    r"|carefully|deeply|thoroughly)",
    "as kind as you": r"(?:someone|somebody|anyone|people|an? \w+|with \w+) as <ly>(?:<good>|<personal>|\w+) ?(?:and [\w-]+ )?"
    r"as you(?:rs)?\b|(?:as|so) (?:<good>|<personal>)(?: and [\w-]+)? as you(?:rs)?\b|(?:<fine>|<personal>) \w+ like you\b",
    "someone with your": r"(?:someone|somebody|anyone|a \w+|people) with your (?:\w+ ){0,3}?<trait>\b"
    r"|with (?:an? |your |such an? )?(?:\w+ )?<trait>(?: for [\w ]{1,30}?)? (?:like|as \w+ as) yours\b",
    "lucky to have you": r"(?:luck(?:y|iest)|fortunate|blessed|delighted|thrilled|proud|glad)\b.{0,40}\b(?:to have|to get"
    r"|with) (?:had )?(?:you|someone|somebody|a \w+ who)\b|your very fortunate\b",
    "no better": r"few people\b.{0,50}\byou\b|could(?:n't| not) have (?:done|put|said) it better\b|better than anyone\b",
    "thanks to you": r"thanks to (?:you\b|your (?:<trait>|\w+ for))|people with \w+ like yours\b|(?:<fine>|<personal>) \w+ like yours\b",
    "how committed you are": r"how (?:<personal>|committed|well \w+) you are\b",
    "they will love you": r"(?:\bwill|'ll) (?:\w+ )?(?:adore|love|admire|cherish) you\b|hanging on your\b",
    "proud of yourself": r"you (?:should|can|must|ought to|deserve to|have every (?:right|reason) to) <ly>(?:be|feel) "
    r"<ly>proud",
    "deserve": r"you(?: \w+)? deserve (?:applause|a medal|an award|all the|every|nothing but|the best)",
    "i love": r"i <ly>(?:do )?(?:love|loved|adore|adored|admire|admired|like|liked|enjoyed|respect) <ly>(?:your\b"
    r"|how (?:\w+ )?you|the way you|that you|what you|the \w+ (?:in|behind|of) (?:your|this))",
    "i appreciate": r"i (?:\w+ly )?appreciate (?:how\b.{0,20}\byou|that you|your (?:\w+ )?(?!patience)<trait>)",
    "i am proud": r"i(?:'m| am) <ly>proud of (?:you|how)\b",
    "i am glad": r"i(?:'m| am) <ly>(?:glad|happy|pleased|delighted|thrilled|excited) (?:that )?(?:you|for you)\b",
    "i doubt": r"i doubt (?:that )?you (?:even )?need\b",
    "i believe in you": r"i (?:have (?:every|complete|full|total|so much) (?:faith|confidence)|(?:truly |really |fully )?"
    r"believe) in you|never forget (?:that|how)\b.{0,20}\byou|(?:hats off|kudos) to you\b",
    "thank you": r"thank(?:s| you) (?:so much )?for (?:<word>{0,3}?<fine>|being (?:so|such))",
    "it is wonderful that you": r"it(?:'s| is| was) <ly>(?:<fine>|great|heartening|heartwarming|encouraging) (?:that|how) "
    r"(?:\w+ )?you\b",
    "good of you": r"<ly>(?:<good>|<personal>) of you to\b",
    "keep being you": r"keep being (?:your|you)\b",
}
"""The same for shapes that need a "you" or "your" somewhere: most of them, so most sentences are spared the search."""

VOID = (
    r"\b(?:if|whether|unless|once|when|whenever|until|make sure|ensure|so that|suppose|assuming|imagine"
    r"|(?:tell|remind|show|let|convince|persuade) (?:\w+ ){1,2}(?:that|know|how)|(?:say|explain|claim|write) that"
    r"|(?:let|show) (?:your|her|his|their|the)"
    r"|(?:can't|cannot|wouldn't|would not|don't|do not|not|never) (?:\w+ )?(?:say|call|think|claim|believe|mean)|not that)\b"
)
