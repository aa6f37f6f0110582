"""The names of models and of firms, and the one pattern that finds them.

Three kinds: a *model* (or a name that is both model and firm) is masked wherever a speaker says that it is one; a
*firm* only as maker ("by", "from", "'s model"), because people work at firms; a *weak* name, an ordinary word or
forename, only with more evidence beside it.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from annotations.rendering.self_naming.folding import lowered
from annotations.rendering.self_naming.phrases import FILLER_WORDS, grouped

_MODELS = """
chat ?gpt|gpt|claude code|claude|gemini|bard|palm ?2|lamda|gemma|llama|code ?llama|deepseek chat|qwen|qwq|tongyi(?: qianwen)?|deepseek|chatglm|glm
ernie bot|wenxin yiyan|kimi|baichuan|hunyuan|doubao|internlm|minimax|mistral|mixtral|magistral|ministral|codestral
devstral|le chat|command[ -]?r\\+?|command[ -]?a|grok|copilot|bing chat|bing|microsoft 365 copilot|titan text|alexa\\+?|siri|cortana
jamba|jurassic|falcon llm|olmo|t[uü]lu|nemotron|watsonx|exaone|hyperclova(?: x)?|dbrx|vicuna|stablelm|stable beluga
openassistant|open assistant|open-assistant|openhermes|starcoder|smollm\\d?|yandexgpt|gigachat|pangu|luminous|teuken
eurollm|apertus|blenderbot|bloomz?-?\\d+b|wizardlm|guanaco|orca[ -]?\\d|lechat|perplexity|huggingchat|replika|character\\.ai
pi\\.ai|step-\\d|seed-?oss|sensenova|skywork|o[134]-mini|o[134]-pro|o[134]-preview|o[134](?![\\w-])|davinci|text-davinci-\\d+
codex|alpaca-\\d+b|deepthink|r1-zero|yi-\\d+b|solar-\\d[\\w.]*|phi-\\d[\\w.]*
"""
_EASTERN_MODELS = (
    "通义千问|通義千問|千问|文心一言|豆包|智谱清言|混元|书生|百川|星火|讯飞星火|盘古|商量|алиса|гигачат"
)
_FIRMS = """
openai|open ai|anthropic|google deepmind|google research|google brain|deepmind|google|meta platforms|meta|facebook
alibaba|aliyun|microsoft research|microsoft|mistral|amazon web services|amazon|aws|apple|nvidia|ibm|cohere|xai|x\\.ai
baidu|tencent|bytedance|zhipu|z\\.ai|moonshot|minimax|stability ai|nous research|databricks|mosaicml|lg ai research
allen institute for artificial intelligence|allen institute for ai|allen ai|ai2|hugging ?face|technology innovation institute|tii|lmsys
aleph alpha|yandex|sberbank|sber|huawei|inflection ai|reka ai|ai21|upstage|snowflake|salesforce|together ai|01\\.ai|deepseek
perplexity|iflytek|sensetime|xiaomi|samsung|naver|kakao|eleuther ?ai|bigscience|adept ai|character ai|shanghai ai lab
swiss ai|eth zurich|elon musk
"""
_EASTERN_FIRMS = "阿里巴巴|阿里云|阿里|深度求索|月之暗面|智谱|百度|腾讯|字节跳动|科大讯飞|零一万物|华为|商汤|谷歌|微软|яндекс|сбер"
_WEAK = """
nova|titan|phi|pi|yi|falcon|solar|granite|arctic|sonar|aya|dolly|koala|alpaca|hermes|orca|zephyr|ernie|sydney|samantha
aurora|bloom|command|reka|aria|coral|step|spark|bixby|arwen|minerva|velvet|lumo|luna
"""
# Atomic groups, not possessive repeats: up to Python 3.11.4 these lose a match where what they repeat can be read in two ways.
_SUFFIX = r"(?>(?:[ ](?:ai|inc|llc|corporation|corp|labs?|cloud|group|platforms|brain|research)(?![a-z]))?)"
_OWNER = (
    r"(?>(?:(?:google|microsoft|meta|openai|amazon|anthropic|github|bing|ibm|nvidia|alibaba|mistral)[ /-])?)"
)
_TAIL = (
    r"(?>(?>[ -]?v?\d[a-z0-9]*(?:\.\d[a-z0-9]*)*|[ -](?:sonnet|opus|haiku|instant|turbo|mini|nano|micro|preview|pro|ultra"
    r"|flash|lite|large|medium|small|instruct|advanced|oss|coder|vision|plus|max|nemo|scout|maverick|distill"
    r"|qwen|llama|premier|super)(?![a-z])"
    r"|-(?:it|base|chat|next|thinking|latest|r1|r|vl|v\d|x\d+b|moe)(?![a-z]))*)"
)
_BEFORE, _AFTER = r"(?<![a-z0-9à-ÿ])", r"(?![a-z0-9à-ÿ])"
_JOINT = r"[\s./:-]*"
_SIZE = re.compile(
    r"(?:[-. ](?:\d+(?:\.\d+)?[bmk]|instruct|chat|it|latest|preview|base|gguf|awq|gptq|fp8|q\d\w*"
    r"|\d{4}-\d\d-\d\d|\d{8}|v\d[\d.]*))+$"
)


@lru_cache(maxsize=64)
def pattern(names: frozenset[str]) -> str:
    """The pattern of all names, the caller's first; exactly one of the groups own, vague, model, firm, weak matches."""
    own: list[str] = []
    vague: list[str] = []
    for name in names:
        for form in _forms(name):
            (own if _is_distinctive(form) else vague).append(form)
    parts = [
        *([rf"(?P<own>{_any(own)})"] if own else []),
        rf"(?P<model>{_OWNER}(?:{_lines(_MODELS)}){_TAIL}(?>(?:[ ]ai(?![a-z]))?){_AFTER}|{_EASTERN_MODELS}"
        rf"|(?:amazon|microsoft|ibm|cohere|yandex)[ ](?:{_lines(_WEAK)}){_TAIL}{_AFTER})",
        rf"(?P<firm>(?:{_lines(_FIRMS)}){_SUFFIX}{_AFTER}|(?:{_EASTERN_FIRMS})(?>(?:ai)?))",
        *([rf"(?P<vague>{_any(vague)})"] if vague else []),
        rf"(?P<weak>{_OWNER}(?:{_lines(_WEAK)}){_TAIL}{_AFTER})",
    ]
    return rf"(?:(?=[^\W_]){_BEFORE}(?>{'|'.join(parts)}))"


def _lines(block: str) -> str:
    return grouped("|".join(block.split("\n")).strip("|").split("|"))


def _any(forms: Collection[str]) -> str:
    """The longest form first, each with any joints between its parts and a version behind it."""
    ordered = sorted(set(forms), key=lambda form: (-len(form), form))
    patterns = (_JOINT.join(map(re.escape, re.findall(r"[^\s./:-]+", form))) for form in ordered)
    return f"(?:{'|'.join(patterns)}){_TAIL}{_AFTER}"


def _forms(name: str) -> Iterator[str]:
    """A name as given, without its owner, and without its size; none of them that is one letter or says nothing."""
    whole = lowered(name).strip()
    last = whole.rsplit("/", 1)[-1]
    for form in dict.fromkeys((whole, last, _SIZE.sub("", last))):
        words = re.findall(r"[^\W\d_]+", form)
        says = re.search(r"\d", form) or not FILLER_WORDS.issuperset(words)
        if len(form) > 1 and words and says:
            yield form


def _is_distinctive(form: str) -> bool:
    """A name that no sentence holds by chance: letters with digits, or three joined parts, or two long ones."""
    parts = re.findall(r"[^\W_]+", form)
    joined = "-" in form or "/" in form
    return bool(re.search(r"\d", form)) or (joined and (len(parts) > 2 or len(form) > 12))
