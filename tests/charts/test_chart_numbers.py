from hypothesis import given
from hypothesis import strategies as st
from sample_report import effect, not_enough

from vibes.charts import numbers


def test_a_minus_is_a_minus_and_zero_has_no_sign() -> None:
    assert numbers.decimal(-12.34, 1) == "−12.3"
    assert numbers.decimal(-0.004, 2) == "0.00"
    assert numbers.LOG_ODDS.number(0.004) == "0.00"
    assert numbers.LOG_ODDS.number(0.19) == "+0.19"
    assert numbers.LOG_ODDS.number(-0.19) == "−0.19"


def test_each_unit_has_its_form() -> None:
    told = [
        (effect(0.187, 0.1, unit="log-odds per reference SD"), "+0.19", "0.09 to 0.29"),
        (effect(0.071, 0.1, unit="probability above ½"), "+7.1\xa0points", "−2.9 to 17.1\xa0points"),
        (
            effect(0.012, 0.03, unit="probability, candidate − baseline"),
            "+1.2\xa0points",
            "−1.8 to 4.2\xa0points",
        ),
        (effect(0.533, 0.03, unit="probability"), "53.3\xa0%", "50.3 to 56.3\xa0%"),
        (effect(0.2914, 0.02, unit="alpha"), "0.291", "0.271 to 0.311"),
        (effect(34.4, 46, unit="Elo"), "34", "−12 to 80"),
    ]
    assert [(numbers.estimate_text(one), numbers.interval_text(one)) for one, _, _ in told] == [
        (estimate, interval) for _, estimate, interval in told
    ]


def test_no_number_goes_out_without_its_interval() -> None:
    for hidden in (not_enough(), effect(0.4, low=None), effect(0.4, state="not_identified")):
        assert numbers.measured(hidden) is None
        assert numbers.estimate_text(hidden) == numbers.interval_text(hidden) == "—"


def test_an_interval_that_touches_zero_does_not_exclude_it() -> None:
    assert not numbers.Measured(0.1, 0.0, 0.2).excludes_zero
    assert numbers.Measured(0.1, 0.01, 0.2).excludes_zero
    assert numbers.Measured(-0.1, -0.2, -0.01).excludes_zero


def test_counts_ranks_and_raters() -> None:
    assert numbers.count(8931) == "8,931"
    assert (numbers.rank(1, 3), numbers.rank(2, 2), numbers.rank(None, None)) == ("1–3", "2", "—")
    assert (numbers.raters(4.23), numbers.raters(10.0), numbers.raters(123.4)) == ("4.2", "10", "123")


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_what_is_printed_reads_back_within_half_a_digit(value: float, digits: int) -> None:
    text = numbers.decimal(value, digits)
    assert "-" not in text
    assert abs(float(text.replace("−", "-")) - value) <= 0.5000001 * 10**-digits + 1e-9
