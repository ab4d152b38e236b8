"""The income and the students of an institution by year, as blocks of its page."""

from __future__ import annotations

from typing import Any, cast

import polars as pl
import pytest
from ancrage.api.pages.actor.accounts import accounts
from ancrage.api.pages.actor.matter import ActorData, Context
from ancrage.api.pages.actor.teaching import students
from ancrage.api.reading.solutions import Reading

WHO = "organization/0389001A"


def context(*rows: tuple[str, str, float | None]) -> Context:
    made = [
        {
            "organization": WHO,
            "indicator": f"indicator/{line}",
            "period": period,
            "value": value,
            "status": None if value is not None else "obs-status/missing",
            "evidence": "documented",
            "source": "source/mesr-operateurs",
        }
        for line, period, value in rows
    ]
    schema: Any = {
        "organization": pl.String, "indicator": pl.String, "period": pl.String, "value": pl.Float64,
        "status": pl.String, "evidence": pl.String, "source": pl.String,
    }  # fmt: skip
    frame = pl.DataFrame(made, schema=schema)
    known = ActorData("s1", {"accounts": frame, "students": frame}, {}, {})
    return Context(known, WHO, cast("Reading", None), "fr")


def test_years_are_rows_the_latest_first_and_what_is_not_told_is_no_zero() -> None:
    table = accounts(
        context(
            ("income", "2020", 900.0),
            ("income-region", "2020", 0.0),
            ("income", "2021", 1000.0),
            ("income-region", "2021", None),
        )
    )
    assert [(row["period"], row["income"], row["income-region"]) for row in table.rows] == [
        ("2021", 1000.0, None),
        ("2020", 900.0, 0.0),
    ]
    assert "la paie de ses agents" in table.notes[1]["fr"]  # Savoie: 34 M€ in 2010, 99 M€ in 2011
    region = next(column for column in table.columns if column.name == "income-region")
    assert [region.absence(row) for row in table.rows] == ["missing", ""]
    assert (region.head("fr"), region.head("en")) == ("Subventions de la région", "Grants of the region")


def test_an_actor_without_accounts_says_that_it_is_no_zero() -> None:
    table = accounts(context())
    assert not table.rows and not table.notes and "ce n’est pas un zéro" in table.empty["fr"]


@pytest.mark.parametrize(
    ("before", "now", "is_told"),
    [
        (45_812.0, 54_560.0, True),
        (1000.0, 1150.0, False),
        (1000.0, 840.0, True),
        (0.0, 90.0, False),
        (None, 90.0, False),
    ],
)
def test_a_leap_of_students_may_be_another_perimeter(before: float | None, now: float, is_told: bool) -> None:
    """The university of Grenoble counts those of its components since 2019: 19 % more."""
    table = students(context(("students", "2018/2019", before), ("students", "2019/2020", now)))
    assert [row["students"] for row in table.rows] == [now, before]
    assert [note["fr"].partition(" :")[0] for note in table.notes] == [
        "Une année s’écarte de plus de 15\u202f% de la précédente"
    ] * is_told
