"""How a speaker comes to its own name: the openings, and the words that may stand between opening and name.

All patterns are for folded text (small letters, no emphasis). A walk goes from an opening over filler and names as far
as it can; a word that is neither ends it. That is what keeps "I am a fan of Claude" and "I am told that OpenAI …".
"""

import re
from collections.abc import Iterable

_ENGLISH = """
a an the not indeed actually really just simply only also still currently now officially originally first initially
mostly primarily basically technically essentially proudly fact large small language ai artificial intelligence model
models llm assistant chatbot bot agent system program machine learning neural network based conversational virtual
digital helpful friendly advanced powerful generative pre trained pretrained open source weight weights multimodal
reasoning called named known as namely specifically i.e. that which who was were is are been being has have had made
created built developed trained designed engineered programmed produced released published provided powered operated
owned maintained deployed fine tuned finetuned launched constructed crafted introduced offered hosted by at from of and
or team teams engineers researchers scientists people folks developers company firm lab startup organisation
organization corporation french american chinese us german canadian japanese korean tech giant version variant instance
member part family series newest latest new free on top your s human but product creation service cli official in-house experimental text underlying
"""
_GERMAN = """
ein eine einer eines einem einen der die das dem den nicht kein keine mensch sondern eigentlich nur auch großes grosses großen ki künstliche
intelligenz sprachmodell modell assistent assistentin chatbot basierend basiert auf von bei aus dem namens genannt
entwickelt entwickeltes entwickelter trainiert trainiertes trainierter erstellt erstelltes geschaffen erschaffen gebaut
programmiert programmiertes wurde wird bin und heiße firma unternehmen team im namen sprach virtueller digitaler
"""
_FRENCH = """
un une le la les l d qu humain mais de des du pas en fait juste simplement modèle langage langue grand assistant assistante virtuel
virtuelle intelligence artificielle ia conversationnel conversationnelle agent chatbot développé développée créé créée
entraîné entraînée conçu conçue fabriqué fabriquée programmé programmée formé formée fourni proposé été par chez nommé
nommée appelé appelée et entreprise société française équipe qui que basé basée sur
"""
_SPANISH = """
un una el la los las no humano sino de del en realidad solo modelo lenguaje gran grande inteligencia artificial ia asistente virtual
conversacional desarrollado desarrollada creado creada entrenado entrenada diseñado diseñada programado programada sido
por llamado llamada y que fue empresa compañía equipo basado basada
uno una il lo di stato stata modello linguistico assistente creato creata sviluppato sviluppata addestrato addestrata da
dalla e basato um uma o do da pelo pela modelo linguagem assistente criado criada desenvolvido desenvolvida treinado
treinada chamado een het van door taalmodel ontwikkeld getraind gemaakt языковая модель от созданная созданный компанией
разработанная разработанный обученная обученный большая ии ассистент помощник
"""
_CHINESE = """
由 是 一个 一個 一款 一名 一种 来自 基于 被 的 大型 大 语言 語言 模型 人工智能 智能 助手 助理 公司 团队 開發 开发 研发 训练 訓練
创建 创造 打造 推出 设计 制作 发布 提供 旗下 聊天 机器人 自主 独立 预训练 超大规模 名为 叫做 叫 并 中国 美国 の です
"""
FILLER_WORDS = frozenset(" ".join((_ENGLISH, _GERMAN, _FRENCH, _SPANISH)).split())


def grouped(patterns: Iterable[str]) -> str:
    """Alternatives that each begin with a letter or digit, gathered under it: far fewer to try at each place."""
    found: dict[str, list[str]] = {}
    for alternative in patterns:
        found.setdefault(alternative[0], []).append(alternative[1:])
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in found.items())


_LATIN = grouped(sorted(map(re.escape, FILLER_WORDS), key=len, reverse=True))
_EASTERN_WORDS = grouped(sorted(_CHINESE.split(), key=len, reverse=True))
_JOINING = r"[\s,:()\[\]\"'“”„«»「」《》，、：（）—–-]"
_PHRASES = (
    r"in\s+(?:fact|short|(?:early\s|late\s)?\d{4})|(?:built|made|created|trained)\s+(?:with|using)"
    r"|(?:running|operating)\s+(?:on|as)|cli\s+for"
)
FILLER = rf"(?>{_JOINING}++|(?:{_PHRASES})(?![a-z])|(?=[a-zà-ÿа-я])(?:{_LATIN})(?![a-zà-ÿа-я0-9])|(?=[\u3040-\u9fff])(?:{_EASTERN_WORDS}))"

_MADE = "(?:made|created|built|developed|trained|designed|programmed|released|launched|engineered)"
_MAKER = "(?:developer|creator|maker|trainer|designer|builder|provider|manufacturer|inventor)s?"
_NAMING = r"""
  my\ (?:full\ |official\ |real\ |own\ |given\ |actual\ |model\ )?name(?:\ is|'s)|(?:you\ can\ |you\ may\ |just\ )?call\ me
| (?:calls?|called|named)\ me|the\ name(?:'s|\ is)|i\ go\ by|i'm\ called|i\ am\ called|i\ was\ given\ the\ name
| ich\ hei(?:ß|ss)e|mein\ name\ (?:ist|lautet)|man\ nennt\ mich|nenn(?:t|en\ sie)?\ mich
| je\ m'appelle|mon\ nom\ est|on\ m'appelle|appelez-moi|appelle-moi|je\ me\ nomme
| me\ llamo|mi\ nombre\ es|ll[aá]mame|puedes\ llamarme|mi\ chiamo|il\ mio\ nome\ è|me\ chamo|meu\ nome\ é|mijn\ naam\ is
| меня\ зовут|моё\ имя
"""
_SELF = rf"""
  i\ am|i'm|i\ was|i\ have\ been|i've\ been|i,|i\ (?:identify|present\ myself)\ as|i\ (?:come|hail|stem|originate)\ from
| i\ run\ on|i\ operate\ (?:as|on)|(?:this|the)\ (?:response|answer|text|message|reply)\ (?:was|is)\ (?:generated|written|created|produced)\ by
| i\ belong\ to|by\ me|{_MADE}\ me|my\ parent\ company
| my\ (?:underlying\ |base\ |own\ )?(?:model|llm|architecture)(?:\ name)?\ is|my\ {_MAKER}(?:\ at|\ from)?
| (?:you\ are|you're)\ (?:currently\ |now\ )?(?:talking|speaking|chatting|interacting|conversing)\ (?:to|with)
| (?:introduce|identify|present|describe)\ myself\ as|(?:here|we|us|our\ team)\ at
| ich\ bin|bin\ ich|ich\ wurde|ich\ werde|meine?\ (?:entwickler|schöpfer|hersteller)(?:\ bei|\ von)?
| je\ suis|j'ai\ été|mes\ créateurs(?:\ chez|\ de)?|mon\ (?:créateur|développeur)
| soy|fui|he\ sido|mis?\ (?:creador|desarrollador)(?:es)?|sono|eu\ sou|sou|ik\ ben|я(?=\s*[—–-])
"""
_EASTERN = r"我是|我就是|我叫做?|我的(?:名字|全名)(?:是|叫)|我由|我来自|我被|我基于|本人是|我的(?:开发者|创造者|开发商|开发公司)是"
OPENING = re.compile(
    rf"""
    (?=[a-fhijl-pr-uwyмя])(?<![a-zà-ÿа-я0-9'])
    (?: (?P<naming>{_NAMING}) | (?P<self>{_SELF})
      | (?P<you>we\ are|we're|you\ are|you're|the\ assistant\ is)
      | (?P<role>speaking\ as|as|being|{_MADE}\ by|als|en\ tant\ que?|como|in\ quanto)
      | (?P<here>it's|it\ is|this\ is|hier\ (?:ist|spricht)|ici|aquí)
    )(?![a-zà-ÿа-я0-9])
    | (?=[我本作身私わ僕저나])(?:(?P<eastern>{_EASTERN}) | (?P<eastern_role>作为|身为)
    | (?P<ending>私は|わたしは|僕は|저는|나는))
    """,
    re.VERBOSE,
)

CONDITIONS = frozenset(
    (
        "if",
        "whether",
        "suppose",
        "imagine",
        "pretend",
        "assume",
        "wish",
        "like",
        "though",
        "wenn",
        "ob",
        "si",
        "se",
    )
)
OTHERS = frozenset(("you", "they", "user", "users", "people", "he", "she", "some", "many"))
BELIEVING = frozenset(("think", "thinks", "thought", "believe", "believes", "assume", "say", "says", "said"))
EASTERN_CONDITION = re.compile("(?:如果|假如|假设|要是|若|倘若|即使)\\s*\\Z")


def is_conditional(before: str) -> bool:
    """Whether what stands before an opening makes it none: a condition, or what others think or say."""
    words = before.split()[-4:]
    if words and words[-1] == "that":
        words.pop()
    if not words or before[-1] == ",":
        return False
    if words[-1] in BELIEVING:
        return not OTHERS.isdisjoint(words)
    return words[-1] in CONDITIONS or bool(EASTERN_CONDITION.search(before[-6:]))


CLAUSE = re.compile(
    r"(?:\A|[.!?;:,。！？；：，(\n—–-]|(?<![a-z])(?:and|but|so|because|that|well|okay|und|mais|pero)|\0)\s*\Z"
)
FIRST_PERSON = re.compile(
    r"(?<![a-zà-ÿ])(?:i|i'm|i've|i'd|i'll|my|me|we|ich|mir|mich|meine?n?|je|j'\w+|mon|ma|mes|n'ai|yo|mi|mis|soy|estoy"
    r"|no\s+(?:puedo|tengo|debo|soy)|puedo|tengo|debo|io|mio|eu|não\s+posso)(?![a-zà-ÿ])|我|本人"
)
IMPERSONAL = re.compile(r"\s*,\s*(?:it\s+is|it's|there\s+(?:is|are)|please|es\s+ist|il\s+est)(?![a-z])")
GERMAN_VERB = re.compile(
    r"\s+(?:kann|habe|bin|darf|möchte|werde|muss|würde|will|soll|sollte|könnte|weiß|verfüge|stehe|gebe|versuche)\s+ich\b"
)
MACHINE = re.compile(
    r"(?<![a-zà-ÿ])(?:ai|ki|ia|llm|language|chatbot|bot|assistant|assistent|asistente|assistente|model|modell|modèle"
    r"|modelo|sprachmodell|artificial|intelligence)(?![a-zà-ÿ])|模型|人工智能|助手"
)
MACHINE_NEXT = re.compile(
    r"(?:'s)?(?:[ -](?:new|newest|latest|own|official|flagship|open|small|large|language|reasoning|ai))*[ -](?:ai|llm|model|models|assistant|chatbot|chat|based|powered"
    r"|trained|variant|instance|version|family|series|product|technology|cli|modell|sprachmodell|trainiertes|entwickeltes|gpt)(?![a-z])"
    r"|的?(?:公司|团队)?(?:的)?(?:自主)?(?:开发|训练|研发|创建|创造|打造|推出|制作|设计|模型|语言模型|人工智能|助手|版本|一员)"
    rf"|\s(?:has\s|have\s|had\s)?{_MADE}(?![a-z])"
    r"|'s\s(?=gpt|claude|gemini|llama|copilot|qwen)"
)
GERMAN_MADE = re.compile(
    r"[^.!?\n]{0,40}?(?:entwickel|trainier|erstell|geschaff|erschaff|programmier|gebaut|bereitgestellt|betrieben|modell)"
)
GERMAN_PASSIVE = re.compile(r"(?:^|\W)von\W*\Z")
BY = re.compile(
    r"(?:(?<![a-zà-ÿ])(?:by|from|von|bei|aus|par|chez|por|da|dalla|pelo|pela|door|van|от|компанией|de|of|company|firm|lab"
    r"|called|named|using|with|startup|giant|corporation|organization|organisation|firma|unternehmen|société|entreprise|empresa|compañía|at)"
    r"|由|来自|被|公司|的|基于)[^\w.]*\Z"
)
BARE = re.compile(
    r"\W*(?:(?:not|also|still|now|currently|just|only)\W+)*(?:at|on|of|bei|chez|and|or|und|auf|et|y|de|sur)\W*\Z"
)
ARTICLE = re.compile(r"(?<![a-zà-ÿ])(?:a|an|ein|eine|einen|un|une|una|um|uma)\W*\Z|(?:一个|一款)\Z")
AND = re.compile(r"(?<![a-zà-ÿ])(?:and|or|und|et|y|e)\s*\Z|[和与及]\Z")
BUT = re.compile(r"(?<![a-z])(?:but|sondern|mais|sino)\s*\Z")
BESIDE = re.compile(r"\W*(?:and|or|und|et|y|e|[和与及])?\W*")
LISTED = re.compile(r"\w\W*[,，、]\W*\Z")
ENDS = re.compile(
    r"['’]?\s*(?:[,.;:!?)\]\"”»，。；：！？）—–\0-]|\Z|(?:and|an?|the|made|by|from|built|und|et|y|here|speaking)\b)"
)
MAKER_OPENING = re.compile(
    rf"(?:{_MAKER}|by|from|at|me|company|entwickler|schöpfer|hersteller|bei|von|créateurs?|développeur|chez|de"
    r"|(?:creador|desarrollador)(?:es)?|我由|我来自|我被|开发者是|创造者是|开发商是|开发公司是)\Z"
)
"""An opening after which a firm may stand at once."""
BY_MAKER = re.compile(rf"{_MADE}\ by\Z")
CALLED = re.compile(
    r"(?:(?:called|named|as|namely|specifically|namens|genannt|nommée?|appelée?|llamad[oa]|not|名为|叫做?|model|assistant|chatbot|modell)|^)\W*\Z"
)
LINK = re.compile(r"[^\w\s\]]{0,3}\]\([^)\s]{0,300}\)")
VERB = re.compile(r"\s+(?:is|are|was|were|has|have|had|does|can|will|ist|hat|est|es)(?![a-z])")
SURNAME = re.compile(
    r" (?!(?:Code|Chat|Assistant|Instant|Desktop|Family|Model)\b)(?:van |de |von |le )?[A-ZÀ-Ý][a-zà-ÿ]+"
)
POSSESSIVE = re.compile(
    r"\s(?:users?|fans?|employees?|customers?|staff)(?![a-z])|'s?(?![a-z])|的|-like|-style|ähnlich"
)
HERE = re.compile(r"\s*,?\s*(?:here|speaking|at\s+your|votre|ton|dein|ihr|su\s|tu\s)|[!.]")
NAME_HERE = re.compile(r" here\s*(?:[!.,:—–]|\Z)")
EASTERN_ENDING = re.compile(r"(?:です|と申|という|といい|、|입니다|이에요|예요|라고|이라고)")
POLICY = re.compile(
    r"(?:'s?)?(?:[ -](?:usage|use|case|content|safety|ethical|ethics|community|moderation|own|and|strict|policy)){0,5}"
    r"\s+(?:policy|policies|guidelines|guideline|terms|rules)(?![a-z])"
)
REFUSED = re.compile(
    r"(?:can't|cannot|can\s+not|unable|not\s+able|won't|refuse|decline|not\s+allowed|goes?\s+against|violat\w*|prohibits?"
    r"|(?:allow|permit|let)\s+(?:me|us))(?![a-z])"
)
MADE_ME = re.compile(
    rf"(?:'s\s+team)?,?(?:\s(?:the|a|an|which|who|that|company|firm|lab|team|organi[sz]ation|startup|people|group|has|have"
    rf"|had|originally|specifically|first|also|is)){{0,7}}"
    rf"\s(?:(?!made){_MADE}\s(?:and\s\w+\s)?me(?!\w)|made\sme(?=\s(?:to|with|in|so|as|and|for)\b|\s*(?:[.,;:!?)—–]|\Z))"
    rf"|(?:calls|named)\sme(?!\w|\san?\b)|my\s{_MAKER}(?![a-z])|behind\sme(?!\w))"
    r"|,?\s(?:[\wß-ü]{1,15}\s){0,4}(?:hat|haben)\smich\s(?:[\wß-ü]{1,20}\s){0,4}"
    r"(?:entwickelt|trainiert|erschaffen|gebaut|programmiert|erstellt|geschaffen)"
    r"|\s(?:qui\s)?(?:m'a|m'ont)\s(?:créée?|entraînée?|développée?|conçue?|programmée?)(?![a-zà-ÿ])"
    r"|\sme\s(?:ha\s|han\s)?(?:creó|creado|entrenó|entrenado|desarrolló|desarrollado|diseñó|diseñado|programó)(?![a-zà-ÿ])"
    r"|(?:公司|团队|的团队|的工程师)?(?:开发|训练|创造|创建|研发|打造|设计)了我"
)
QUOTED = re.compile(
    r"\"[^\"\n]{1,600}+\"|“[^“”\n]{1,600}+”|„[^„“”\n]{1,600}+[“”]|«[^«»\n]{1,600}+»|「[^「」\n]{1,600}+」"
    r"|(?<!\w)'(?>(?:[^'\n]|(?<=\w)'(?=\w)){1,300})'(?!\w)|^[ ]{0,3}>[^\n]*+",
    re.MULTILINE,
)
I_SHALL_SAY = re.compile(
    r"(?<!\w)(?:(?:i|we)(?:'ll|'d|\s+(?:will|would|should|shall|can|could|must|may|might|need\s+to|have\s+to))"
    r"\s+(?:just\s+|simply\s+|then\s+)?(?:say|answer|reply|respond|state|write|introduce|tell|mention|clarify|start|begin)"
    r"|my\s+(?:answer|reply|response|introduction|draft)|(?:something\s+like|let\s+me\s+(?:say|write|answer)))"
    r"[^.!?\n]{0,60}\Z"
)
"""What one plans to say oneself, in thoughts above all, is no quotation of another."""

GREETING = re.compile(
    r"(?:sure|hello|hi|hey|certainly|of\s+course|happy|glad|here\s+is|here's|here\s+are|yes|no|okay|ok|thanks|thank\s+you"
    r"|great|absolutely|gern|hallo|natürlich|ja|bonjour|salut|bien\s+sûr|hola|claro|sí|olá|ciao|你好|您好|好的|当然)(?![a-zà-ÿ])"
)
FAREWELL = re.compile(
    r"(?:best|regards|sincerely|cheers|yours|love|warmly|wishes|thanks|thank\s+you|greetings|grüßen|grüße|cordialement"
    r"|amitiés|saludos|atentamente|hugs|respectfully)[^\n.?]{0,20}[,!]?\s*\Z"
)
