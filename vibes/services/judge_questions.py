"""What a judge is asked of a study: prompts of its errand, each written once however often it is asked."""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from vibes.datasets.tool_steps import written_out
from vibes.datasets.turns import Turn, prefix_of
from vibes.judging import Question, pairwise, scales
from vibes.models import Generation, Judge, JudgeQuestion, JudgeRun, Prompt, PromptSet, Study
from vibes.queries.measured import text_hash
from vibes.seeds.sentences import labelled
from vibes.services import judge_checks, judge_replies, matchups
from vibes.services.generations import queue
from vibes.services.judge_checks import NotNow

logger = logging.getLogger(__name__)
Work, State, Outcome = JudgeRun.Work, JudgeRun.State, JudgeQuestion.Outcome
CHUNK = 200
# A queued run whose message was lost is taken up after so long.
LOST = timedelta(minutes=1)
FAULT = (
    "The questions could not be written. Nothing was asked, and nothing is paid. Begin the work again; if that fails too, "
    "the worker’s log says why, under judge run {run_id}."
)
SPEAKERS = {"user": "User", "assistant": "Assistant", "system": "Instructions"}


def ask(*, run_id: int) -> None:
    """Writes the questions of a queued run and puts them into the queue, all or none; the caller wakes the pump.

    A run whose judge or study is no longer what it was when it was begun fails with its sentence, and asks nothing.
    """
    try:
        _ask(run_id)
    except NotNow as problem:
        _fail(run_id, str(problem))
    except Exception:
        # The run says what to do, and the log why; keys are taken out of both.
        logger.exception("The questions of judge run %s cannot be written.", run_id)
        _fail(run_id, FAULT.format(run_id=run_id))
    judge_replies.settle(run=JudgeRun.objects.get(pk=run_id))


def _fail(run_id: int, why: str) -> None:
    queued = JudgeRun.objects.filter(pk=run_id, state=State.QUEUED)
    queued.update(state=State.FAILED, error=why, finished_at=timezone.now())


def any_left(judge: Judge, study: Study | None, work: str) -> bool:
    """Whether there is anything that this judge has not answered."""
    return next(_wanted(JudgeRun(judge=judge, study=study, work=work)), None) is not None


def sweep() -> None:
    """Takes up runs whose message was lost."""
    lost = JudgeRun.objects.filter(state=State.QUEUED, created_at__lt=timezone.now() - LOST)
    for run_id in list(lost.values_list("pk", flat=True)):
        ask(run_id=run_id)


@transaction.atomic
def _ask(run_id: int) -> None:
    locked = JudgeRun.objects.select_for_update(of=("self",)).select_related(
        "judge__endpoint", "study__protocol", "errand"
    )
    run = locked.filter(pk=run_id, state=State.QUEUED).first()
    if run is None:
        return
    judge_checks.check(run.judge, run.study, run.work)
    found = _wanted(run)
    while some := tuple(islice(found, CHUNK)):
        _write(run, some)
    if not run.questions.exists():
        raise judge_checks.nothing_left(run.judge, run.study, run.work)
    queue.enqueue(study=run.errand)
    rows = Generation.objects.filter(studies=run.errand, prompt=OuterRef("prompt"))
    run.questions.update(reply=Subquery(rows.values("pk")[:1]))
    run.state = State.RUNNING
    run.save(update_fields=["state"])


Wanted = tuple[JudgeQuestion, Question]


def _wanted(run: JudgeRun) -> Iterator[Wanted]:
    """What the run asks, as far as its judge has not answered it."""
    return {Work.VERDICTS: _of_comparisons, Work.SCALES: _of_answers}.get(Work(run.work), _of_sentences)(run)


def _write(run: JudgeRun, some: Sequence[Wanted]) -> None:
    """The prompts of these questions, found or made, and the questions themselves."""
    stored = PromptSet.objects.get_or_create(
        content_hash=PromptSet.QUESTIONS, defaults={"name": "Questions to judges"}
    )[0]
    names = [_reference(question) for _, question in some]
    new = {
        name: Prompt(prompt_set=stored, reference=name, turns=_turns(question))
        for name, (_, question) in zip(names, some, strict=True)
    }
    Prompt.objects.bulk_create(new.values(), ignore_conflicts=True)
    rows = dict(Prompt.objects.filter(prompt_set=stored, reference__in=new).values_list("reference", "pk"))
    run.errand.prompts.add(*rows.values())
    for name, (row, question) in zip(names, some, strict=True):
        row.prompt_id, row.mark = rows[name], question.mark
    JudgeQuestion.objects.bulk_create([row for row, _ in some])


def _reference(question: Question) -> str:
    """The same for the same words, so that what was paid for once is not asked again."""
    words = f"{len(question.system)} {question.system} {question.user}"
    return f"{question.version} {hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _turns(question: Question) -> list[Turn]:
    return [{"role": "system", "content": question.system}, {"role": "user", "content": question.user}]


def _of_comparisons(run: JudgeRun) -> Iterator[Wanted]:
    """Both orders of every comparison of the study, save those that this judge has answered."""
    protocol = _study(run).protocol
    rows = judge_checks.to_judge(_study(run))
    taken = JudgeQuestion.objects.filter(run__judge=run.judge, outcome=Outcome.TAKEN)
    known = set(taken.filter(comparison__protocol=protocol).values_list("comparison", "first"))
    asked = judge_replies.asked_of(protocol)
    for comparison in rows.order_by("pk").iterator(chunk_size=CHUNK):
        sides = {"a": comparison.side_a, "b": comparison.side_b}
        for first, second in (("a", "b"), ("b", "a")):
            if (comparison.pk, first) in known:
                continue
            question = pairwise.request(
                run.judge.version,
                instructions=protocol.instructions,
                conversation=conversation(comparison.prefix),
                first=conversation(sides[first]),
                second=conversation(sides[second]),
                asked=asked,
            )
            yield JudgeQuestion(run=run, comparison=comparison, first=first), question


def _of_answers(run: JudgeRun) -> Iterator[Wanted]:
    """Every answer of the study that this judge has not measured, with the conversation before it."""
    taken = JudgeQuestion.objects.filter(run__judge=run.judge, outcome=Outcome.TAKEN, answer=OuterRef("pk"))
    for answer in answers(_study(run).generations.all()).filter(~Exists(taken)).iterator(chunk_size=CHUNK):
        text, before = read_by_judges(answer)
        question = scales.request(run.judge.scales_version, text=text, conversation=before)
        yield JudgeQuestion(run=run, answer=answer), question


def _of_sentences(run: JudgeRun) -> Iterator[Wanted]:
    """Every labelled sentence that this judge has not measured, alone."""
    taken = JudgeQuestion.objects.filter(run__judge=run.judge, outcome=Outcome.TAKEN).exclude(text_hash="")
    known = set(taken.values_list("text_hash", flat=True))
    for sentence in labelled():
        digest = text_hash(sentence.text)
        if digest not in known:
            question = scales.request(run.judge.scales_version, text=sentence.text)
            yield JudgeQuestion(run=run, text_hash=digest), question


def _study(run: JudgeRun) -> Study:
    if run.study is None:
        raise ValueError(f"{run} is about no study")
    return run.study


def answers(rows: QuerySet[Generation]) -> QuerySet[Generation]:
    """Those that are here, in a fixed order, with their prompts."""
    return rows.filter(state=Generation.State.DONE).select_related("prompt").order_by("pk")


def read_by_judges(answer: Generation) -> tuple[str, str]:
    """An answer as a judge of single texts reads it, and the conversation before it."""
    return conversation(matchups.side(answer)), conversation(matchups.shown(prefix_of(answer.prompt.turns)))


def conversation(turns: Iterable[Turn]) -> str:
    """Turns as the rating room keeps them, in words: one answer alone stands without its speaker. Thoughts are folded away
    for people and are left out here."""
    rows = list(turns)
    if len(rows) == 1 and rows[0]["role"] == "assistant":
        return _words(rows[0])
    return "\n\n".join(f"{SPEAKERS.get(turn['role'], turn['role'])}:\n{_words(turn)}" for turn in rows)


def _words(turn: Turn) -> str:
    return "\n\n".join(part for part in (written_out(turn.get("steps", ())), turn["text"]) if part)
