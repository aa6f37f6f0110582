"""The sentence shapes of praise that need no "you", as data (version 2); `flattery` applies them.

A shape is a regular expression over one sentence in lower case, with straight apostrophes, single spaces and its
quotations taken out; `<name>` stands for an entry of `praise_words.WORDS`. `AT_THE_START` shapes match at a sentence's
first word and hold in questions and under conditions too ("Great question, if I may say so"). `ANYWHERE` shapes are void
in a question, in a clause that opens with a condition, and after a refusal to say it or an order to tell it to somebody.
"""

AT_THE_START = {
    "great question": r"<hello>(?:such )?<a><goods> <thing><after>",
    "what a good thing": r"<hello><made well>\b.{0,3}(?:$|[,!.])",
    "spot on": r"<hello><ly>(?:spot on|right on) ?[,!.] ?(?:and )?(?:what|how)\b",
    "what a": r"<hello>(?:what|such) (?:an? )?<ly>(?:<good>|<personal>|<treasure>|pleasure|honou?r|achievement|accomplishment)(?![^.!]*\?)"
    r"(?!(?: \w+){0,3} (?:is|are|was|were|becomes?|means|has)\b)",
    "brilliant": r"<hello><ly>(?!perfect\b|wise\b|sharp\b|original\b|curious\b|spot)<fine> ?(?:$|[!.])",
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
    "that is noble": r"<hello>that(?:'s| is) <ly>(?:<fine>|noble|kind|generous|brave|considerate) ?(?:$|[,!.;])",
    "the text is fine": r"<hello>(?:the|this) (?:little |whole |opening |closing |last |first |final |second )?(?:<made>|loop|condition"
    r"|phrasing|structure|humou?r|voice) <seems>(?:<ly>|both )(?:<strong>|witty|elegant|crisp|heavenly|dignified"
    r"|moving|vivid|charming|superb)\b"
    r"(?! (?:city|country|place|time|enough)\b)",
    "what a day": r"<hello>what an? (?!mess|shame|pity|nightmare|pain|waste|disaster|day|week|year|rude|bad|sad|cruel|terrible|horrible|awful|relief)"
    r"(?:[\w-]+ ){0,3}[\w-]+!|<hello>how (?!awful|sad|rude|cruel|horrible|terrible|frustrating|annoying|much|many"
    r"|long|far|often|old)[\w-]+!$",
    "it takes wisdom": r"(?:and |but )?it takes (?:real |great |true |a rare )?<merit> to\b",
}

ANYWHERE = {
    "that is": r"that(?:'s| is| was) <a>(?:<goods>|<personal>) <word>?<thing>\b<not advice>",
    "this is": r"(?:this|it|here)(?:'s| is) <a>(?:<goods> <word>?(?:<said>|<made>)\b|<fine> <word>?<thing>\b)<not advice>",
    "and what a": r"(?:and|but|oh|yes),? (?:what (?:an? )?|how )<ly>(?:<fine>|<personal>|great|nice|good)\b",
    "which is impressive": r"(?:which|and that) is <a><fine>",
    "this is a gem": r"(?:this|that|it)(?: \w+)?(?:'s| is) <a>(?:<treasure>|magnificent|breathtaking|stunning)",
    "it is lovely to see": r"it(?:'s| is| was) <ly>(?:<fine>|great|nice|heartening|rare|heartwarming|encouraging) to "
    r"(?:see|hear|read|meet(?! you\b)|know) .{0,40}\b(?:you|your|yourself|someone|such)\b",
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
    "others would not": r"(?:that|what|which|where) (?:others|most people|many people|most|few people|most of us|so many)"
    r" (?:would |will |could )?(?:never|miss|overlook|forget|only dream|not even|fail|struggle)\b",
    "shows care": r"\w+ing\b.{0,60}\bshows (?:real|great|true|remarkable|such|so much|genuine|deep|incredible|impressive) "
    r"(?:<merit>|respect|care)\b",
    "noble thing": r"(?:the|a) (?:\w+ly )?(?:generous|noble|kind|brave|loving|gracious|classy|considerate|thoughtful|courageous"
    r"|honourable|selfless|decent) thing to (?:do|say|have done)\b<end>",
    "i admire": r"\bi (?:\w+ly )?(?:admire|applaud|salute)\b|take my hat off",
    "nothing to change": r"nothing\b.{0,40}\bi (?:would|'d) (?:\w+ )?(?:dare |want )?(?:to )?(?:change|touch|alter|improve|add)\b"
    r"|\bi would(?:n't| not) (?:change|touch) (?:a|one|a single) (?:word|thing|line|comma|syllable)",
    "a jewel": r"<seems>(?:such |really |truly |simply |quite )?(?:an? |pure )(?:\w+ )?(?:masterstroke|jewel|gem|marvel|triumph|stroke of (?:genius"
    r"|brilliance)|model of \w+|thing of beauty|joy to (?:read|see|hear)|delight to (?:read|see|hear))\b",
    "fine finish": r"<seems>(?:such )?(?:an? )<strong> (?:image|finish|opening|line|ending|touch|detail|rhyme|metaphor|phrase|hook|gesture|tribute"
    r"|present|gift|surprise|thought)\b",
    "it moves the reader": r"carr(?:y|ies) the (?:reader|listener)|draws? (?:the reader|me|us) in\b|lands? (?:perfectly|beautifully|brilliantly)"
    r"|made me (?:smile|laugh|cry|want)|makes me (?:smile|want to)|gave me (?:chills|goosebumps)|stayed with me\b"
    r"|shake off\b",
    "such a choice": r"\bsuch an? (?:\w+ly )?(?!bad|poor|weak|small|large|simple|long|short|late|early|big|high|low|hard|difficult|common|broad)"
    r"[\w-]+ (?:choice|question|idea|touch|image|observation|instinct|gift|voice|gesture)\b(?! (?:is|was|would"
    r"|can|may))",
    "the talent behind": r"the (?:[\w-]+ ){0,2}(?:talent|person|mind|heart|artist|care|love|thought|author|writer|skill) behind (?:it|this|that|them)\b",
    "worth asking": r"question (?:well |very much |really )?worth asking\b",
    "superlative": r"the (?:finest|loveliest|kindest|wisest|sweetest|bravest|sharpest|smartest|brightest|most <fine>|most <personal>)\b.{0,60}\b(?:i(?:'ve| have)|ever|anyone|could)\b",
    "and it shows": r", and (?:it|that) (?:really |clearly |certainly )?shows<end>",
    "a rare gift": r"\ban? (?:rare|true|real|wonderful|precious) (?:gift|talent|friend|find|treasure|skill|quality|achievement)\b",
    "applause": r"\b(?:steals? the show|bring(?:s|ing)? the house down|standing ovation|round of applause|tears of joy|hang(?:ing)? on (?:your|every) word"
    r"|talk of the town|turns? heads|wins? (?:hearts|them over|everyone over)|win everyone'?s heart)\b",
    "i would hire you": r"\bi(?:'d| would) (?:\w+ )?(?:hire|publish|vote for|buy|frame|gladly (?:read|eat|follow|come))\b",
    "a born": r"(?:the )?(?:makings|taste|heart|mind|soul|eye|ear|voice|touch|instincts?) of an? (?:born|true|real|natural|great|<fine>|future)\b",
    "worthy": r"worthy of (?:you|your|such)\b|in (?:only )?(?:one|two|three|a few) (?:elegant|graceful|perfect|beautiful) (?:sentences|lines|words|moves)",
    "deserves better": r"deserves (?:an? )?(?:\w+ ){0,3}(?:brilliant|wonderful|splendid|worthy|grand|special)\b",
}
"""Shapes found at any word."""

CONDITION = r"\b(?:if|whether|unless|once|when|whenever|until|suppose|assuming|imagine)\b[^,;:]*$"
"""Before a shape, in its own clause, this voids it."""

VOID = (
    r"\b(?:make sure|ensure|so that"
    r"|(?:tell|remind|show|let|convince|persuade) (?:\w+ ){1,2}(?:that|know|how)|(?:say|explain|claim|write) that"
    r"|(?:let|show) (?:your|her|his|their|the)"
    r"|(?:can't|cannot|wouldn't|would not|don't|do not|not|never) (?:\w+ )?(?:say|call|think|claim|believe|mean)"
    r"|not that)\b"
)
"""Anywhere before a shape, this voids it."""
