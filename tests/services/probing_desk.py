"""Probe runs scored without a server: their answers are those of the behaviours that the endpoints' models name."""

from vibes.models import Generation, ProbeRun
from vibes.probes.behaviours import answer
from vibes.queries import probe_statements
from vibes.services import probes


def said_and_scored(run: ProbeRun) -> ProbeRun:
    """A run that is asked already; what was answered before stays."""
    asked = {prompt.reference: prompt for prompt in probe_statements.prompts_of(run)}
    waiting = run.generations.exclude(state=Generation.State.DONE)
    for row in waiting.select_related("prompt", "endpoint"):
        prompt = asked[row.prompt.reference]
        said = [answer(row.endpoint.model, prompt, n) for n in range(len(prompt.open_turns))]
        row.text, row.state = said[-1], Generation.State.DONE
        if len(said) > 1:
            row.transcript = [{"role": "assistant", "content": text, "thoughts": ""} for text in said]
        row.save()
    return probes.score(run_id=run.pk)
