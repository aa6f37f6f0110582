"""The sentence shapes of praise that need a "you" or "your" somewhere, as data (version 2); see `praise_lexicon`.

Most shapes are of this kind, so most sentences are spared the search; and those that begin with "you" are tried only
where one stands.
"""

FROM_YOU = {
    "your idea is": r"your <word>{0,2}<yours>(?: (?:of|for|in|about|to|on|with|as|here|so) ?(?:<word>{0,2}[\w-]+)?)?"
    r" <seems><a>(?:<good>|<treasure>)",
    "your draft is in shape": r"your <word>{0,2}<yours> <seems><ly>in <ly><good> (?:shape|form|hands)",
    "your essay has": r"your <word>{0,2}<yours> (?:has|have|shows?|demonstrates?|reveals?|displays?|reflects?) "
    r"<a>(?:<fine>|real|genuine|great|true) \w+",
    "your writing sings": r"your <word>{0,2}<yours>(?: (?:of|for) \w+)? <ly>(?:shines?|sparkles?|sings|dazzles?|moved me|speaks? for itself"
    r"|gave me (?:chills|goosebumps)|took my breath|blew me away|stands? out|do(?:es)? you (?:\w+ )?credit)",
    "you are": r"you(?:'re| are|'ve been) <a>(?!spot|perfect for|curious|lucky)(?:<personal>|natural|true \w+"
    r"|hero|gem|star|legend|genius|inspiration|credit|bigger person|so strong|strong (?:person|writer|candidate"
    r"|leader|student)"
    r"|good (?:person|friend|parent|mother|father|mum|mom|dad|partner|writer|listener|teacher|leader|human))(?![-'\w])",
    "you were wise enough": r"you(?:'re| are| were|'ve been) <ly>(?:<fine>|<personal>|wise|kind|brave|smart|clever|good"
    r"|strong|honest|polite|generous|sharp|thoughtful|sensible) enough to\b|you were <ly>(?:<fine>"
    r"|<personal>) to\b|you were too (?:<fine>|<personal>|polite|clever) to\b",
    "you will be": r"you(?:'ll| will|'re going to| are going to) (?:surely |certainly |undoubtedly )?(?:be|do|make) "
    r"(?!good\b|kind\b)<a>(?:<personal>|most \w+ person)\b(?!.*\bif\b)",
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
    r"|balanced|explained|phrased|framed|built|conveyed|structured|woven|written|managed|laid"
    r"|set)\b.{0,40}\b(?:perfectly"
    r"|beautifully|brilliantly|wonderfully|superbly|masterfully|elegantly|so well|so clearly|(?:very|really) well"
    r"|gracefully|better than (?:many|most))\b",
    "you write well": r"you <ly>(?:write|speak|think|express yourself|sing|draw|paint|reason|argue) "
    r"(?:so |very |really |truly )?(?:beautifully|brilliantly|wonderfully|well|elegantly|clearly|powerfully)\b",
    "you wisely": r"you(?:'ve| have)? (?:so |very |quite )?(?:wisely|astutely|brilliantly|cleverly|insightfully"
    r"|perceptively|shrewdly|beautifully|thoughtfully|smartly|bravely|aptly|keenly|sharply|eloquently|sensibly"
    r"|rightly and|admirably|generously|kindly|gracefully) \w+",
    "you saw it": r"you(?:'ve| have)? (?:obviously done your homework|saw at once|felt that at once|did not fall for|seen? (?:straight|right) through|clearly know)\b",
    "better than most": r"you\b.{0,50}\b(?:better|further|more \w+) than most\b",
    "finger on": r"you(?:'ve| have)? (?:\w+ly )?put your finger on\b",
    "thought through": r"you(?:'ve| have) <ly>(?:put|poured) (?:a lot of|so much|real|such|great) (?:\w+ )?(?:thought|care"
    r"|work|effort|love|heart)|you(?:'ve| have) <ly>(?:thought|considered) (?:this|it|everything)\b.{0,20}\b(?:care"
    r"|carefully|deeply|thoroughly)",
    "proud of yourself": r"you (?:should|can|must|ought to|deserve to|have every (?:right|reason) to) <ly>(?:be|feel) "
    r"<ly>proud",
    "deserve": r"you(?: \w+)? deserve (?:applause|a medal|an award|all the|every|nothing but|the best)",
    "you clearly": r"you(?:'ve|'re)? (?:so |quite |very )?(?:obviously|clearly|plainly|evidently) (?:have an?\b|have the (?!right to|option|choice)|know (?:your|what you're|how)"
    r"|understand|care\b|love\b|put|gave|have thought|thought|feel|possess|a |an |got)(?!.{0,20}\b(?:problem"
    r"|choice|mistake|reason to|bug|decision)\b)",
    "you have a head for": r"you (?:seem to |must |do |really |simply |truly )*(?:have|possess|'ve got) (?:an? |such an? )(?:\w+ly )?(?:<good>|rare|real|natural|fine) "
    r"(?:head|eye|ear|nose|hand|feel|gift|taste|knack|touch|way)\b",
    "you know your stuff": r"you (?:really |clearly |obviously |certainly |do )?know your (?:stuff|craft|subject|trade|onions|audience)\b",
    "you asked the right thing": r"you(?:'ve| have)? (?:asked|chose|chosen|picked|found|struck|hit|used) (?:precisely|exactly|just|absolutely) the right\b"
    r"|you (?:always |really )?ask (?:all )?the (?:best|right|smartest|sharpest|most \w+)\b",
    "you will shine": r"you(?:'ll| will| are going to|'re going to) (?:\w+ly |simply |just )?(?:sail through|shine|breeze|ace|excel|dazzle|knock|wow|nail|be (?:<strong>|superb"
    r"|a star|a natural|brilliant))|you(?:r)? \w+ (?:can|could) only lead to\b",
    "your strong thing": r"your (?:own |truly |very |really )?<strong> (?!self|day|weekend|evening|week)[\w-]+",
    "your warmth": r"your (?:own )?(?:<trait>|voice|imagination|insight)\b.{0,30}\b(?:comes? (?:across|through)|shines?|will (?:carry|show|shine|move)|carries|did most|is (?:exactly|absolutely) right"
    r"|speaks? volumes)",
    "earned": r"you(?:'ve| have) (?:certainly |more than |fully |really |truly |surely )?earned (?:it|that|this|every|your|the|all)\b(?! (?:interest|money|right))",
    "dream team": r"you(?: two| both)? (?:sound|look|seem) like an? (?:dream|wonderful|great|<fine>|lovely|born|natural)\b",
    "excellent company": r"your own company\b.{0,40}\b(?:excellent|good)\b",
}
"""Shapes that begin with "you" or "your", in every alternative."""

TO_YOU = {
    "in your hands": r"in your (?:\w+ )?hands?\b.{0,30}\b(?:masterpiece|<fine>)",
    "from you": r"(?:gets|got|has) (?:her|his|their) \w+ from you\b|your (?:own )?(?:gift|talent|flair)\b",
    "your fine eye": r"(?:your|that) (?:own |very )?(?:<fine>|<personal>|natural|obvious|confident|keen|evident|fine"
    r"|great) <word>?<trait>\b",
    "the way you": r"the (?:way|<thing>) (?:that )?you(?:'ve|'re| have| are)? <word>{1,5}<seems><a><good>",
    "the depth of your": r"the <word>{1,3}(?:of|in|behind) your <word>{1,3}<seems><a><fine>",
    "shows wisdom": r"how much you care\b|(?:you|your|this|that|it|which)\b.{0,60}\bshows? "
    r"(?:real|great|true|remarkable|such|so much|genuine|deep|incredible|impressive|a lot of) <merit>\b",
    "says a lot about you": r"(?:says|tells (?:me|us)|speaks) (?:\w+ ){0,3}(?:about|of) (?:you\b|your\b|how \w+ you"
    r"|the (?:kind|sort) of person)|how <ly><personal>(?: and [\w-]+)? you (?:two |both )?are\b",
    "you were made for this": r"(?:you were|you're) (?:made|born) (?:for|to)\b",
    "what most miss": r"you(?:'ve| have|'re| are)? (?:\w+ly )?(?:hit|spotted|noticed|identified|seen|see|caught|found"
    r"|asking|raised|put|touched|thinking|understand|know|show)\b.{0,60}\b(?:<crowd>|(?:most|many) (?:\w+ ){1,2}(?:miss"
    r"|overlook|never|fail))|but not you\b",
    "someone with your": r"(?:someone|somebody|anyone|a \w+|people) with your (?:\w+ ){0,3}?<trait>\b"
    r"|with (?:an? |your |such an? )?(?:\w+ )?<trait>(?: for [\w ]{1,30}?)? (?:like|as \w+ as) yours\b",
    "lucky to have you": r"(?:luck(?:y|iest)|fortunate|blessed|delighted|thrilled|proud|glad)\b.{0,40}\b(?:to have|to get"
    r"|with) (?:had )?(?:you|someone|somebody|a \w+ who)\b|your very fortunate\b",
    "no better": r"few people\b.{0,50}\byou\b|could(?:n't| not) have (?:done|put|said) it better\b|better than anyone\b",
    "thanks to you": r"(?<!no )thanks to (?:you\b|your (?:<trait>|\w+ for))|people with \w+ like yours\b",
    "how committed you are": r"how (?:<personal>|committed|well \w+) you are\b",
    "they will love you": r"(?:\bwill|'ll) (?:\w+ )?(?:adore|love|admire|cherish) you\b|hanging on your\b",
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
    "the gift you have": r"(?:with|given|and|such) (?:the |all the |an? |such )?(?:\w+ )?(?:<trait>|gifts?|strengths?) (?:that )?you (?:so |quite )?(?:obviously|clearly|evidently"
    r"|plainly|surely|certainly|naturally) (?:have|bring|show|possess)\b",
    "no doubt about you": r"(?:i have no doubt|i(?:'m| am) (?:quite |very |absolutely )?(?:confident|certain|sure)|i can (?:already |just |easily )?(?:picture|see|imagine|hear))\b"
    r".{0,80}\b(?:you(?:'ll| will) (?:\w+ )?(?:be in great|do (?:it )?(?:well|wonderfully|brilliantly|great)"
    r"|make (?:a|an|it)|succeed|shine|manage|find the)|your (?:soup|book|poem|novel|story|"
    r"shop|caf[eé]|talent|speech)|(?:will|'ll) (?:love|adore|treasure|cherish|fall) )",
    "they will treasure it": r"(?:is|are) (?:surely |certainly )?going to (?:treasure|love|adore|cherish)\b|(?:will|'ll) (?:surely |absolutely |all |certainly )?(?:treasure|cherish|remember you for)\b"
    r"|(?:will|'ll) be so (?:moved|touched|proud|grateful|happy|glad) (?:that|to|when|by|of)\b",
    "they must be proud": r"(?:must|should|ought to) (?:surely |all |certainly |really )?(?:be|feel) (?:so |very |terribly |really )?(?:proud|grateful|honou?red|thankful|delighted|thrilled)\b"
    r"|(?:should|ought to) (?:\w+ )?(?:thank|applaud|be thanking|listen to|have listened to) you\b",
    "lucky to": r"(?:are|is|was|were) (?:so |very |truly |really |incredibly )?lucky to (?:have|get|be|know)\b",
    "like yours": r"with (?:[\w-]+ ){1,6}(?:like|such as) yours\b|with (?:\w+ )?<trait> (?:as|so) [\w-]+ as (?:this|that|yours)\b",
    "coming from you": r"coming from you\b|that was (?:all )?your doing\b|as only you (?:can|could)\b|how wonderful that\b",
    "let it shine": r"let your (?:\w+ )?(?:personality|talent|voice|light|warmth|kindness|humou?r|character|imagination|heart)\b|lead with your (?:talent|heart|strengths)\b",
    "credit": r"do(?:es)? you (?:\w+ ){0,3}(?:credit|honou?r)\b|speaks? (?:for itself|for themselves|volumes)\b",
    "as deeply as you": r"as (?:deeply|clearly|beautifully|carefully|thoughtfully|honestly|keenly|sharply|well|bravely|generously) as you\b(?! (?:can|could|like|want|need|please|possibly|wish|may))"
    r"|as (?:soulful|<fine>|<personal>) as (?:you|yours|this)\b",
    "nothing better": r"nothing\b.{0,20}\byou could have done (?:better|more|differently)\b|you gave (?:her|him|them|it) (?:everything|your all)\b|something (?:truly |really )?(?:extraordinary|magical)\b",
    "you of all people": r"\byou of all people\b|\btrust you to\b|\bleave it to you\b|\bi wish (?:more|all|every) \w+",
    "nobody could do better": r"(?:nobody|no one|hardly anyone|few)(?: else)? (?:could|would|can) (?:have )?(?:\w+ )?(?:it |this |that )?better\b|(?:nobody|no one) (?:else )?(?:does|tells?|writes?|cooks?|explains?) \w+ (?:like|as) you\b",
    "more like you": r"(?:needs|could use|could do with) (?:more|another) \w+ like you\b",
    "keep being you": r"keep being (?:your|you)\b",
}
"""Shapes found at any word of a sentence that has a "you"."""

BESIDE_YOU = {
    "of you to": r"(?:<good>|<personal>) of you to\b",
    "of yours": r"<good> <word>?(?:<thing>|<trait>) of yours\b|<trait> of yours\b",
    "like you": r"(?:<fine>|<personal>) \w+ like you(?:rs)?\b",
    "as you": r"(?:someone|somebody|anyone|people|an? \w+|with \w+) as <ly>(?:<good>|<personal>|\w+) ?(?:and [\w-]+ )?"
    r"as you(?:rs)?\b|(?:as|so) (?:<good>|<personal>)(?: and [\w-]+)? as you(?:rs)?\b",
}
"""Shapes that begin with any of many words, by what each must hold: tried only where that stands."""
