from sample_report import HOSTILE, effect, empty, many, not_enough, not_rated, report, row

from vibes.charts import gaps, summary


def test_every_figure_of_a_report_is_said_with_interval_and_n() -> None:
    said = dict(summary.summary(many(5)))
    assert (
        said["Verdicts"]
        == "A 35.4\xa0% (2,450), B 32.7\xa0% (2,268), tie 27.4\xa0% (1,900) and both bad 4.5\xa0% (312)."
    )
    assert said["Position"].startswith(
        "The answer on the left wins 53.3\xa0% (50.3 to 56.3\xa0%) of decisive votes, n = 2,104."
    )
    assert (
        said["Agreement"]
        == "Krippendorff's alpha: nominal 0.291 (0.271 to 0.311), ordinal 0.288 (0.268 to 0.308); n = 2,104."
    )
    assert said["Ties by rater"] == "From 0\xa0% to 86\xa0%, median 29\xa0%, over 84 raters."
    assert "k8s 66.0\xa0% (57.0 to 75.0\xa0%), n = 2,104" in said["Length"]
    assert "T0 +0.19 (0.02 to 0.36), 5,812 judgements, observational." in said["Tiebreak"]
    assert "Finding: not enough yet." in said["Tiebreak"]


def test_nothing_is_made_up_where_there_is_nothing() -> None:
    said = dict(summary.summary(empty()))
    assert said["Verdicts"] == "No judgements yet."
    assert not any(character.isdigit() and character not in "0T1" for character in said["Tiebreak"])


def test_warnings_and_what_is_left_out_are_said() -> None:
    made = many(2) | {"warnings": ["headers and bold move together"]}
    said = summary.summary(made)
    assert ("Left out", "both bad 312.") in said
    assert ("Warning", "Headers and bold move together.") in said


def test_the_text_report_is_aligned_and_whole() -> None:
    made = report([row("模型-x", 1017), row("a-longer-name", 983, ranks=(2, 2)), not_rated("new")])
    text = summary.text(made, "llmfao/")
    board = text.split("LEADERBOARD\n")[1].split("\n\n")[0].splitlines()
    assert len(board) == 4
    from vibes.charts import wording

    plain = [
        wording.width(line[: line.index(number)])
        for line, number in zip(board[1:3], ("1017", " 983"), strict=True)
    ]
    assert len(set(plain)) == 1
    for part in (
        "llmfao/",
        "TIEBREAK",
        "FORMATTING",
        "NOT ENOUGH YET",
        "20261122",
        "0.1.0+abc1234",
        "sha256:5f2c9a",
    ):
        assert part in text
    assert max(wording.width(line) for line in text.splitlines()) <= 120


def test_simulated_data_comes_first() -> None:
    assert summary.text(many(2, simulated=300)).startswith(
        "*** SIMULATED DATA: 300 of 6,930 judgements are simulated ***"
    )


def test_control_characters_of_a_name_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in summary.text(report([row("\x1b[2J" + HOSTILE, 1000)]))


def test_gaps_name_everything_without_a_number() -> None:
    made = report(
        [row("a", 1000), not_rated("new", 12)],
        effects={"length": not_enough(4.2), "bold": effect(0.2)},
    )
    assert gaps.gaps(made) == [
        ("new", "not rated: 12 of 30 votes"),
        ("Tiebreak finding", "No cued comparisons: a finding needs planted edits."),
        ("Length", "not enough yet: the votes spread over 4.2 effective raters; an interval needs 10"),
    ]
