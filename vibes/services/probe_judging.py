"""The judge of a probe run: asked about the answers that strings do not tell, and read."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from vibes.models import Generation, ProbeRun, Prompt, PromptSet
from vibes.probes import judging
from vibes.probes.prompts import TwinPrompt
from vibes.probes.reading import Reading
from vibes.probes.scoring import Answer, needs_judge
from vibes.queries.prompt_sets import JUDGING
from vibes.services.generations import probing

# One open turn of one answer, and what a judge is asked about it.
Asked = tuple[TwinPrompt, int, str]


def ask(*, run: ProbeRun, answers: Iterable[Answer]) -> int:
    """Queues what the run's judge is to be asked; how many questions. Equal questions are one, in other runs too."""
    if run.judge is None:
        return 0
    wanted = {_name(text): text for _, _, text in _questions(answers)}
    if wanted:
        probing.enqueue(run=run, endpoints=[run.judge], prompts=_stored(wanted))
    return len(wanted)


def judged(*, run: ProbeRun, answers: Sequence[Answer]) -> dict[tuple[str, int], Reading]:
    """What the judge said of one endpoint's answers. What it did not say in one of its words stays unread."""
    asked = list(_questions(answers))
    names = {_name(text) for _, _, text in asked}
    rows = run.generations.filter(
        endpoint=run.judge, prompt__reference__in=names, state=Generation.State.DONE
    ).exclude(prompt__prompt_set=run.prompt_set)
    replies = dict(rows.values_list("prompt__reference", "text"))
    found: dict[tuple[str, int], Reading] = {}
    for prompt, turn, text in asked:
        try:
            found[prompt.reference, turn] = judging.read(prompt, replies.get(_name(text), ""))
        except judging.Unreadable:
            continue
    return found


def _questions(answers: Iterable[Answer]) -> Iterator[Asked]:
    for answer in answers:
        for turn in needs_judge(answer):
            yield answer.prompt, turn, judging.request(answer.prompt, answer.texts[turn])


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _stored(wanted: dict[str, str]) -> list[Prompt]:
    """In a set of their own, which no study chooses from."""
    stored, _ = PromptSet.objects.get_or_create(
        content_hash=f"{JUDGING} {judging.VERSION}", defaults={"name": "Asked of judges of probes"}
    )
    rows = [
        Prompt(prompt_set=stored, reference=name, turns=[{"role": "user", "content": text}])
        for name, text in wanted.items()
    ]
    Prompt.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return list(stored.prompts.filter(reference__in=list(wanted)))
