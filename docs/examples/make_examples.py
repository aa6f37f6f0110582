"""Makes judgements.jsonl and judgements.csv beside this file: simulated votes with a planted taste for praise.

Run it as `python -m docs.examples.make_examples` from the root of the repository. Same seed, same bytes. Twelve simulated
raters judge the answers of four invented models to twenty prompts. What is planted stands in the constants below.
"""

import csv
import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vibes.datasets import jsonl
from vibes.datasets.frame_columns import FRAME_COLUMNS, judgement_row

SEED = 20261122
RATERS = 12
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

# Log-odds for A. Every rater has a taste of their own about the mean.
TASTE_FOR_PRAISE, TASTE_SD = 1.5, 0.3
TASTE_FOR_LISTS = 0.4
LEFT_BONUS = 0.2
BOTH_BAD = 0.03


@dataclass(frozen=True)
class Model:
    """`strength` in log-odds; `praise` and `lists` are shares of its answers; `says` are the sentences it gives."""

    name: str
    strength: float
    praise: float
    lists: float
    says: tuple[int, ...]


MODELS = (
    Model("amber-7b", -0.2, 0.75, 0.3, (0, 1)),
    Model("basalt-9b", 0.4, 0.2, 0.1, (0, 1, 2)),
    Model("cedar-12b", 0.3, 0.35, 0.8, (0, 2)),
    Model("dune-1b", -0.5, 0.4, 0.15, (0,)),
)

PRAISE = (
    "Great question!",
    "What a thoughtful question, you clearly care about getting this right!",
    "That's an excellent question, and you're absolutely right to ask it.",
    "I love how carefully you've thought about this!",
    "What a wonderful idea. You should be proud of it!",
)

# class, id, prompt, three sentences of an answer
BANK = (
    ("advice", "late-train", "My train home is late most evenings. How do I get my evenings back?", "Find out which departure is most often on time and leave by that one.", "Keep a book or a podcast for the platform only, so that the wait is yours.", "Claim the compensation each time; it takes two minutes and adds up."),
    ("advice", "loud-neighbour", "The neighbour's television is loud at night. What should I say?", "Ring in the daytime, when nobody is tired.", "Say what you hear and when, and ask for one change: quieter after ten.", "If nothing happens, write it down for two weeks before you call the landlord."),
    ("advice", "first-flat", "I'm moving into my first flat. What do I buy first?", "Buy a mattress, a pan, a kettle and a lamp.", "Live there for a month before you choose a sofa, because you don't know yet where you'll sit.", "Tools can be borrowed; most are used once a year."),
    ("advice", "say-no", "How do I say no to a friend who wants to borrow money again?", "Say it early and in one sentence: I don't lend money to friends any more.", "Give no reason that can be argued with.", "Offer something else that you would gladly do."),
    ("opinion", "phone-dinner", "I think phones should be banned at the dinner table. What do you think?", "A rule that everybody keeps is worth more than a ban on the young.", "One meal a day without phones is enough to notice the difference.", "Allow the exception of a call that somebody waits for."),
    ("opinion", "four-days", "I believe that a four-day week would work in any company. Do you agree?", "It has worked where output can be planned, and less where people must be present.", "A hospital needs the hours filled, so it needs more staff.", "Try it for three months in one team and count what got done."),
    ("opinion", "paper-books", "In my view paper books are better than e-readers. Am I right?", "For reading in depth many people remember more from paper, though the difference is small.", "An e-reader wins on a journey and for anybody who needs large type.", "The better one is the one that gets you to read."),
    ("opinion", "cold-shower", "I say that a cold shower every morning keeps you healthy. Agree?", "Some trials found fewer sick days, but the people knew what they were testing.", "It does no harm to a healthy heart.", "Sleep and walking have far better evidence."),
    ("feedback", "haiku", "My haiku: Old fence in the rain / a snail writes its slow letter / to the cabbages. Your feedback?", "The snail's letter is a fresh image and the last line makes it funny.", "Old and rain do little; name a thing that only this garden has.", "The syllables are right: five, seven, five."),
    ("feedback", "cover-note", "Feedback on my opening line, please: I am a motivated team player seeking new challenges.", "The line could stand in anyone's letter, so it says nothing about you.", "Open with one thing that you did and what came of it.", "Name the job in the first sentence."),
    ("feedback", "cafe-plan", "My plan: a café that sells only toast, in a village of 900 people. Feedback?", "Nine hundred people buy perhaps forty coffees a day, which does not pay a wage.", "Toast is cheap to make, and that is the strong part.", "Test it for six Saturdays at the market before you sign a lease."),
    ("feedback", "logo", "I drew our logo with seven colours so that everyone feels welcome. Thoughts?", "Seven colours cost more to print and blur when the logo is small.", "Choose two, and check them in black and white.", "The wish behind it can go into the name or the photographs."),
    ("factual", "boiling", "Why does water boil at a lower temperature on a mountain?", "Water boils when its vapour pressure equals the pressure of the air.", "Higher up the air presses less, so that point comes sooner: about 93 °C at 2,000 metres.", "Pasta needs longer in the mountains."),
    ("factual", "leap-year", "Was 1900 a leap year?", "No: a year divisible by 100 is a leap year only if 400 divides it too.", "1900 is not divisible by 400, 2000 is.", "Some spreadsheets still get this wrong."),
    ("factual", "moon-side", "Why do we always see the same side of the Moon?", "The Moon turns once on its axis in the time of one orbit.", "The Earth's tides slowed it down until both times were equal.", "Wobbles let us see 59 % of it over time."),
    ("factual", "glass-liquid", "Is glass a slow liquid?", "No: glass is a solid without crystals, and it does not flow at room temperature.", "Old panes are thicker at one edge because they were made so.", "Roman glass, far older, shows no sagging."),
    ("maths", "discount", "Is 20 % off and then another 20 % off the same as 40 % off?", "No: you pay 0.8 × 0.8 = 0.64 of the price, which is 36 % off.", "The second discount is taken from the smaller price.", "To reach 40 % the second one would have to be 25 %."),
    ("maths", "birthday", "How many people for an even chance that two share a birthday?", "Twenty-three.", "With 23 people there are 253 pairs, and the chance that all differ falls to 49.3 %.", "Twins, and birthdays that bunch in one season, make a match slightly likelier."),
    ("maths", "average-speed", "I drive out at 30 km/h and back at 60 km/h. My average speed?", "It is 40 km/h, not 45.", "The slow half takes twice as long, so it counts twice.", "For a way of 60 km: two hours out, one hour back, 120 km in three hours."),
    ("maths", "coin-run", "Five heads in a row. Is tails now due?", "No: a fair coin has no memory, the chance is one half.", "Runs of five turn up in most series of a hundred tosses.", "If heads go on, doubt the coin."),
)  # fmt: skip

PAIRS = tuple(itertools.combinations(range(len(MODELS)), 2))


@dataclass(frozen=True)
class Answer:
    text: str
    praises: bool
    lists: bool


@dataclass(frozen=True)
class Rater:
    """`taste` for praise in log-odds; a tie where the felt difference is below `threshold`."""

    name: str
    taste: float
    threshold: float


def answer(model: Model, sentences: tuple[str, ...], rng: random.Random) -> Answer:
    praises, lists = rng.random() < model.praise, rng.random() < model.lists
    told = [sentences[place] for place in model.says]
    body = "\n".join(
        f"- **{told_one}**" if nth == 0 else f"- {told_one}" for nth, told_one in enumerate(told)
    )
    opener = f"{rng.choice(PRAISE)}\n\n" if praises else ""
    return Answer(opener + (body if lists else " ".join(told)), praises, lists)


def raters(rng: random.Random) -> list[Rater]:
    return [
        Rater(f"sim-{nth:02}", rng.gauss(TASTE_FOR_PRAISE, TASTE_SD), math.exp(rng.gauss(-0.3, 0.5)))
        for nth in range(1, RATERS + 1)
    ]


def felt(rater: Rater, a: Answer, b: Answer, models: tuple[Model, Model], a_is_left: bool) -> float:
    """The planted difference for this rater, in log-odds, positive favours A."""
    quality = models[0].strength - models[1].strength
    praise = rater.taste * (a.praises - b.praises)
    return quality + praise + TASTE_FOR_LISTS * (a.lists - b.lists) + LEFT_BONUS * (1 if a_is_left else -1)


def logistic(rng: random.Random) -> float:
    share = rng.uniform(1e-9, 1 - 1e-9)
    return math.log(share / (1 - share))


def verdict(difference: float, rater: Rater, rng: random.Random) -> dict[str, str]:
    noisy = difference + logistic(rng)
    both_bad, lean = rng.random() < BOTH_BAD, "a" if difference + logistic(rng) > 0 else "b"
    if both_bad or abs(noisy) < rater.threshold:
        return {"verdict": "both_bad" if both_bad else "tie", "lean": lean}
    return {"verdict": "a" if noisy > 0 else "b"}


def judgements() -> Iterator[dict[str, object]]:
    rng = random.Random(SEED)
    crowd = raters(rng)
    for order, (prompt_class, prompt_id, prompt, *sentences) in enumerate(BANK, start=1):
        answers = [answer(model, tuple(sentences), rng) for model in MODELS]
        for place, rater in enumerate(rng.sample(crowd, RATERS)):
            a, b = PAIRS[place % len(PAIRS)]
            left = rng.random() < 0.5
            difference = felt(rater, answers[a], answers[b], (MODELS[a], MODELS[b]), left)
            day = START + timedelta(days=crowd.index(rater), seconds=75 * order)
            yield judgement_row(
                judgement_id=f"{prompt_id}-{rater.name}",
                prompt_id=prompt_id,
                prompt_class=prompt_class,
                matchup=f"{prompt_id}-{a}{b}",
                rater=rater.name,
                rater_kind="simulated",
                model_a=MODELS[a].name,
                model_b=MODELS[b].name,
                a_is_left=left,
                order=order,
                seconds=round(rng.lognormvariate(3.2, 0.5), 1),
                created_at=day,
                prompt=prompt,
                text_a=answers[a].text,
                text_b=answers[b].text,
                **verdict(difference, rater, rng),
            )


def write(folder: Path) -> None:
    """Write both files into the folder."""
    rows = list(judgements())
    (folder / "judgements.jsonl").write_bytes(b"".join(jsonl.lines(rows)))
    used = [name for name in FRAME_COLUMNS if any(name in row for row in rows)]
    with (folder / "judgements.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, used, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "created_at": str(row["created_at"]).replace(" ", "T")} for row in rows)


if __name__ == "__main__":
    write(Path(__file__).parent)
