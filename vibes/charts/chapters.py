"""The pages of a run: which figures stand on which, what each says in one sentence, and how it is read."""

from collections.abc import Mapping
from dataclasses import dataclass

from vibes.charts import finding
from vibes.charts.card import CHARTS
from vibes.charts.summary import Line, summary
from vibes.stats.results import Report

OVERVIEW, TIEBREAK, VIBES, RATERS = "overview", "tiebreak", "vibes", "raters"
# Both say the finding itself; the others say what their first figure says.
SAY_THE_FINDING = (OVERVIEW, TIEBREAK)
INTERVALS = (
    "An interval holds the true value in 95 of 100 studies like this one. It allows for raters who differ and for answers that "
    "are rated more than once. Effective raters counts raters as if each had given the same number of votes; below ten there is "
    "no interval."
)
OBSERVATIONAL = (
    "Observational means that votes and texts were taken as they came: what goes together with a feature is counted as the "
    "feature. Only a planted edit, dealt at random, can tell flattery from quality."
)
NOTHING = "Nothing to show on this page yet"
SAMPLES = "Score several answers of each model to the same prompts, list them in a file, and send it here."


@dataclass(frozen=True)
class Chapter:
    """One page. `figures`: by name, in its order; `lines`: which sentences of the summary stand under them; `reading`: how to
    read it. `empty` and `mend`: what the page shows once there is something, and the one thing to do for it."""

    slug: str
    name: str
    figures: tuple[str, ...]
    lines: tuple[str, ...]
    reading: tuple[str, ...]
    empty: str
    mend: str

    @property
    def sampled(self) -> bool:
        """Whether its figures rest on a file of samples."""
        return self.mend == SAMPLES


@dataclass(frozen=True)
class Told:
    """What a page says. `word`: the finding's own, where the page says the finding."""

    sentence: str
    word: str
    note: str


CHAPTERS: Mapping[str, Chapter] = {
    chapter.slug: chapter
    for chapter in (
        Chapter(
            OVERVIEW,
            "Overview",
            ("win", "gate", "power"),
            (
                "Votes",
                "Verdicts",
                "Agreement",
                "Leaderboard",
                "Control",
                "Flattery",
                "Tiebreak",
                "Formatting",
                "First place",
                "Raters to look at",
                "Gate",
                "Left out",
            ),
            (INTERVALS, OBSERVATIONAL),
            "What was collected, how far raters agree, and what was found.",
            "Collect judgements.",
        ),
        Chapter(
            "leaderboard",
            "Leaderboard",
            ("leaderboard", "displacement", "board-panels", "board-times", "board-columns", "wins"),
            ("Position", "Verdicts", "Ties by rater", "First place", "Fit", "Errors"),
            (
                "A rank is a set: models whose sets overlap cannot be told apart by these votes, whatever the order of their "
                "estimates. The intervals of the board hold for all of its models at once.",
                "Style controlled compares answers as if they were as long and as formatted as each other; flattery controlled as "
                "if they flattered alike. Both are observational.",
                INTERVALS,
            ),
            "Who leads, plain and with style and flattery controlled.",
            "Collect judgements on two models or more.",
        ),
        Chapter(
            TIEBREAK,
            "Tiebreak",
            ("cues", "tiebreak-curve", "tiebreak", "own-prompts", "exchange", "susceptibility"),
            ("Cue ", "Own prompts, ", "T1b"),
            (
                "C is what the planted cue does over all comparisons; T1 the same in the third of them that are closest; T2 how "
                "much stronger it is near ties than far away; T1a* whether the undecided lean to it more than the deciding choose "
                "it; T0 what goes together with measured flattery. Each stands with its kind.",
                "A tiebreak is found where T1 and T2 both are surely above nothing. A larger effect near ties in per cent alone "
                "proves nothing: an effect that adds the same everywhere reads 62 % near a tie and 55 % far from it.",
                OBSERVATIONAL,
            ),
            "Whether flattery decides votes, and whether it does so most where quality is tied.",
            "Plant a cue of praise when a study is made, and collect judgements with a lean after each tie.",
        ),
        Chapter(
            "formatting",
            "Formatting",
            ("arms", "formatting", "formatting-win", "lengths", "traits"),
            (),
            (
                "The first figure was dealt at random: each cue is the same answer with one thing changed. The second is what goes "
                "together with a feature in the answers as they came, everything else in it held constant.",
                "What it would take to win by formatting alone is how far the runner-up stands behind the leader, style and flattery held "
                "constant, over what one feature does: as sure as these two are, and observational as they are.",
                OBSERVATIONAL,
            ),
            "What lists, headers and length do to votes, by planted edits and in the answers as they came.",
            "Collect judgements on answers with their texts.",
        ),
        Chapter(
            VIBES,
            "Vibes",
            ("vibe-profile",),
            ("Failure flags", "Same name, two models"),
            (
                "A profile says what an endpoint’s answers are like beside those that they met; whether people like that stands under "
                "Formatting and Tiebreak.",
                "A failure flag is what a rater marked in an answer: its rate is over showings, with its cases one click away.",
            ),
            "What the answers of each endpoint are like beside the others’, and what raters flagged.",
            "Collect judgements on answers with their texts.",
        ),
        Chapter(
            "goldilocks",
            "Goldilocks",
            ("goldilocks", "releases"),
            (),
            (
                "Evals are benchmark scores as they were given; vibes are strengths with style and flattery controlled. On the front "
                "no other model is better in one of evals, vibes and price without being worse in another.",
                INTERVALS,
            ),
            "Evals, vibes and price in one view, with the models that nobody beats in all three.",
            SAMPLES,
        ),
        Chapter(
            "over-optimisation",
            "Over-optimisation",
            ("overoptimisation",),
            (),
            (
                "Going right, more samples are drawn and the one that a preference score likes best is kept, or training goes on. "
                "Where the curve of independent quality turns down while the score rises, the score is being gamed.",
                INTERVALS,
            ),
            "How far a preference score can be climbed before quality falls.",
            SAMPLES,
        ),
        Chapter(
            "effort",
            "Effort",
            ("effort",),
            (),
            (INTERVALS,),
            "What tokens are spent on: hard prompts, or easy ones that every model gets right.",
            SAMPLES,
        ),
        Chapter(
            RATERS,
            "Raters",
            ("agreement", "susceptibility"),
            ("Agreement", "Ties by rater", "Raters to look at", "First place"),
            (
                "Alpha is 1 where all raters of a pair say the same and 0 where they agree as often as by chance. Disagreement is no "
                "fault by itself: people like different answers.",
                "A flag is a reason to look at a rater, not to exclude one. Judgements of a rater who is excluded stay, and no run "
                "from then on counts them.",
                INTERVALS,
            ),
            "How far raters agree, and which of them flattery moves.",
            "Collect judgements with two raters or more on the same comparisons.",
        ),
    )
}


def drawn(chapter: Chapter, report: Report) -> list[str]:
    """The figures of a page that this report has something for."""
    return [name for name in chapter.figures if CHARTS[name].drawn(report)]


def told(chapter: Chapter, report: Report) -> Told:
    """The page in one sentence."""
    if chapter.slug in SAY_THE_FINDING:
        found = finding.told(report)
        return Told(found.title, found.word, found.note)
    names = drawn(chapter, report)
    return Told(CHARTS[names[0]].info(report).title if names else NOTHING, "", "")


def lines(chapter: Chapter, report: Report) -> list[Line]:
    """The sentences of the summary that belong to a page."""
    return [line for line in summary(report) if any(belongs(line[0], one) for one in chapter.lines)]


def belongs(label: str, line: str) -> bool:
    """A line that ends with a blank stands for all labels that begin so: there is one a cue."""
    return label.startswith(line) if line.endswith(" ") else label == line
