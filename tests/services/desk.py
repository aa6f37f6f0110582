"""Builders of the team's rows, through the services."""

from annotations.models import User
from vibes.datasets.prompt_files import PromptRow
from vibes.models import Endpoint, Generation, Prompt, PromptSet, Study
from vibes.services import endpoints, pairing, prompts, simulation, studies

CHARACTERS = ("plain", "flattering", "formatted", "slips")


def lead() -> User:
    return User.objects.get_or_create(username="lead", defaults={"role": User.Role.ADMIN})[0]


def prompt_set(count: int = 3) -> PromptSet:
    rows = [
        PromptRow(
            reference=f"question-{n}",
            turns=({"role": "user", "content": f"Question {n}?"},),
            prompt_class=("advice", "factual")[n % 2],
        )
        for n in range(count)
    ]
    return prompts.store(by=lead(), name="questions", rows=rows)


def answers(count: int = 3) -> dict[str, dict[str, str]]:
    """What the scripted server says to `prompt_set(count)`."""
    says = {
        "plain": "It depends on the weather, number {n}.",
        "flattering": "What a brilliant question! You have such a sharp eye. It depends, number {n}.",
        "formatted": "## Answer {n}\n\n- **Weather:** it depends\n- **Season:** it depends\n- **Place:** it depends",
        "slips": "It never depends on the weather, number {n}.",
    }
    return {
        f"Question {n}?": {f"scripted-{c}": text.format(n=n) for c, text in says.items()}
        for n in range(count)
    }


def endpoint(
    character: str,
    base_url: str = "http://127.0.0.1:9/v1",
    *,
    provider: str = "scripted",
    **settings: object,
) -> Endpoint:
    return endpoints.add(
        by=lead(),
        name=f"Model {character}",
        provider=provider,
        model=f"scripted-{character}",
        base_url=base_url,
        **settings,
    )


def study(
    base_url: str = "http://127.0.0.1:9/v1",
    *,
    prompt_count: int = 3,
    characters: tuple[str, ...] = CHARACTERS[:2],
    settings: dict[str, object] | None = None,
    **plan: object,
) -> Study:
    chosen = [endpoint(character, base_url, **(settings or {})) for character in characters]
    prompt_list: list[Prompt] = list(prompt_set(prompt_count).prompts.all())
    return studies.create(
        by=lead(), plan=studies.Plan(name="A study", prompts=prompt_list, endpoints=chosen, **plan), seed=5
    )


def answered(prompt_count: int = 6) -> Study:
    """A study of all four characters whose answers are here and paired."""
    made = study(prompt_count=prompt_count, characters=CHARACTERS)
    said = answers(prompt_count)
    for generation in Generation.objects.select_related("prompt", "endpoint"):
        generation.text = said[generation.prompt.text][generation.endpoint.model]
        generation.state = Generation.State.DONE
        generation.save()
    pairing.assemble(study=made)
    return made


def simulate(made: Study, size: int = 12, each: int = 20, **planted: float) -> None:
    """Simulated raters, judged at once."""
    crowd = simulation.create(
        by=lead(), study=made, size=size, judgements_each=each, planted=simulation.Planted(**planted)
    )
    simulation.run(crowd_id=crowd.pk)
