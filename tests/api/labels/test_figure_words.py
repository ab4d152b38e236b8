"""How figures are written in sentences: one unit, as many decimals in a value and its bounds, a series as it goes."""

from __future__ import annotations

import pytest
from ancrage.api.analysis.words import interval, strength_words
from ancrage.api.maps.reading import absence, bounds
from ancrage.api.pages.territory.figures import curve
from ancrage.graph.analysis.uncertainty import Estimate
from ancrage.graph.findings.model import Finding, Thing
from ancrage.graph.indicators.cube import Value
from ancrage.graph.indicators.declaration import read_indicators

INDICATORS = read_indicators()[0]
SHARE, GAP = "part de l'accès moyen qui manque", "écart entre l'attendu et le connu"


def told(measure: str, value: float, low: float, high: float) -> str:
    thing = Thing("territory/epci/1", "Un", "territory")
    finding = Finding(
        kind="access", subject=thing, object=thing, sentence={}, strength=Estimate(value, low, high), measure={"fr": measure}
    )  # fmt: skip
    return f"{strength_words(finding)} {interval(finding)}".replace("\u202f", " ").strip()


@pytest.mark.parametrize(
    ("measure", "values", "words"),
    [
        (SHARE, (0.278, -0.352, 0.718), "27,8 % [−35,2 % – 71,8 %]"),
        (GAP, (1.0, 0.206, 1.0), "1,00 [0,21 – 1,00]"),
        (GAP, (12.0, 8.0, 16.0), "12 [8 – 16]"),
        (SHARE, (0.5, 0.5, 0.5), "50,0 %"),
    ],
)
def test_a_strength_and_its_bounds_have_one_unit_and_as_many_decimals(
    measure: str, values: tuple[float, float, float], words: str
) -> None:
    assert told(measure, *values) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0, 0, None, 0), "0 chaque année connue, de 2010 à 2013"),
        ((0, 5, 0), "5 en 2011, 0 les autres années connues, de 2010 à 2012"),
        ((0, 5, 2, 0), "de 0 (2010) à 0 (2013), au plus 5 (2011)"),
        ((3, 4, 9), "de 3 (2010) à 9 (2012)"),
    ],
)
def test_a_series_is_told_as_it_goes(values: tuple[float | None, ...], words: str) -> None:
    one = INDICATORS["interactions-by-year"]
    series = [
        Value(one, "territory/epci/1", str(2010 + n), None, value, None, None, None if value is not None else "missing")
        for n, value in enumerate(values)
    ]  # fmt: skip
    assert curve(series, {}, "fr")["words"] == words


def test_what_is_known_between_bounds_says_both_with_one_unit() -> None:
    distance = INDICATORS["distance-to-programme"]
    assert bounds(5.75, 27.06, distance, "fr") == "entre 5,8 et 27,1\u00a0km"
    assert absence("missing", 5.75, 27.06, distance, "en") == "missing data (between 5.8 and 27.1\u00a0km)"
    assert absence("missing", 3.0, None, INDICATORS["programmes"], "en") == "missing data (at least 3)"
    assert bounds(None, None, distance, "fr") == ""
