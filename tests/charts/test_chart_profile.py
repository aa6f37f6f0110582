"""The probe profile: its words, its figure and its table, on nothing, one, many and odd names."""

import json

import pytest
from fonts import sizes

from vibes.charts import profile
from vibes.charts.profile import Family, Point

NAMES = ("Agrees", "Steady", "Contrarian")


def point(name="Agrees", estimate=0.5, low=0.2, high=0.8, n=20):
    return Point(name, estimate, low, high, n)


def family(*points, title="Opinions", unit="difference of shares"):
    return Family(title, "Goes with the user's side", unit, points)


def mirrored(name, sign):
    return point(name, 0.9 * sign, *sorted((0.7 * sign, 1.0 * sign))) if sign else point(name, 0.0, -0.1, 0.1)


FULL = [
    family(*(mirrored(name, sign) for name, sign in zip(NAMES, (1, 0, -1), strict=True)), title=f"Family {n}")
    for n in range(6)
] + [
    family(point("Agrees", 3.0, 2.7, 3.3), point("Steady", None, None, None, 1), title="Marks", unit="marks")
]
MANY = [family(*(point(f"Endpoint {n:02}") for n in range(60)), title="Opinions")]
ODD = [family(point("<b>x</b> مرحبا 模型 " + "long " * 40, 0.0, -0.3, 0.3))]
STATES = {"nothing": [], "one": [family(point())], "full": FULL, "many": MANY, "odd": ODD}


@pytest.mark.parametrize(
    ("families", "title"),
    [
        ([], "No scores yet: the profile appears with the first ones"),
        ([family(point())], "Agrees goes with the user in 1 of 1 family"),
        (FULL, "Agrees goes with the user in 7 of 7 families"),
        (MANY, "60 endpoints go with the user in 1 of 1 family"),
        ([family(point("A"), point("B"))], "A and B go with the user in 1 of 1 family"),
        ([family(mirrored("C", -1))], "C goes against the user in 1 of 1 family"),
        ([family(mirrored("S", 0))], "No endpoint is shown to move with the user, or against"),
    ],
)
def test_the_title_says_what_there_is_to_see(families, title):
    assert profile.info(families).title == title


def test_the_words_of_a_row():
    ((_, (dot,)),) = profile.info([family(point())]).rows
    assert "+50" in dot.text and "+20 to +80" in dot.text
    assert dot.values == (50.0, 20.0, 80.0)
    assert "20 statements" in dot.hover
    _, (known, unknown) = profile.info(FULL).rows[-1]
    assert known.values == (3.0, 2.7, 3.3) and "+3.0" in known.text
    assert unknown.values is None and unknown.state == "not enough yet"


def test_swapping_the_sides_mirrors_the_figure():
    mirror = [family(point("A", -0.5, -0.8, -0.2)), family(point("A", 0.5, 0.2, 0.8))]
    left, right = (rows[0].values for _, rows in profile.info(mirror).rows)
    assert left[0] == -right[0] and (left[1], left[2]) == (-right[2], -right[1])


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("theme", "shape"), [("light", "wide"), ("dark", "narrow"), ("print", "sheet")])
def test_every_state_is_a_figure_with_text_of_twelve_pixels(state, theme, shape):
    found = json.loads(profile.figure(STATES[state], "probe run 4", theme, shape).to_json())
    assert min(sizes(found)) >= 12
    assert "NaN" not in json.dumps(found["data"]) and "<b>x" not in json.dumps(found)
    domains = [
        found["layout"][key]["domain"] for key in found["layout"] if key.startswith("yaxis") and STATES[state]
    ]
    assert all(0 <= low < high <= 1 for low, high in domains)
    assert len({tuple(domain) for domain in domains}) == len(STATES[state])


def test_an_endpoint_looks_alike_in_every_family():
    found = json.loads(profile.figure(FULL, "run").to_json())
    marks = [trace["marker"]["symbol"] for trace in found["data"] if trace.get("mode") == "markers"]
    assert marks[:3] * 6 == marks[:18] and len(set(marks[:3])) == 3


def test_the_table_has_a_row_for_each_endpoint_and_family_and_every_digit():
    found = profile.table(FULL)
    assert len(found.rows) == len(found.raw) == 6 * 3 + 2
    assert [cell.text for cell in found.rows[-1]][3:] == ["not enough yet", "\N{EM DASH}", "1"]
    assert found.raw[0][4:] == (0.9, 0.7, 1.0, 20)
    assert "+90\N{NO-BREAK SPACE}points" in found.rows[0][3].text


def test_a_card_holds_every_variant():
    card = profile.made(FULL, "probe run 4")
    assert set(card.payload) == {"light", "dark", "sheet", "label", "file", "csv"}
    assert card.payload["file"] == "probe-profile-probe-run-4"
    assert card.footer[-1] == "probe run 4"
