"""Pages and shapes refuse a value in the same words: every field of the forms of the devices that a shape checks too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ancrage.api.desk.running import Desk
from ancrage.ontology import refusals
from ancrage.ontology.refusals import Refusal
from ancrage.ontology.vocabulary import PREFIXES
from markupsafe import escape

from ...pages import plain
from .conftest import Person
from .test_desk import last

People = Callable[[str], Person]
STRUCTURE = PREFIXES["org"] + "Organization"
LABEL = PREFIXES["rdfs"] + "label"
SAME = {
    "interactionType": "type", "attendanceMode": "mode", "eventStatus": "off", "startDate": "start", "endDate": "end",
    "startTime": "opening", "endTime": "closing", "siren": "siren",
}  # fmt: skip
"""Fields of forms by the property that a shape checks."""
APART = {
    "forTerritory": "the page names the nearest territories; the graph has a path or none",
    "takesPlaceIn": "as above",
    "benefitsTerritory": "as above",
    "headcount": "the form says its own limits, that of the post's places among them; the shape has but a sign",
    "concerns": "nobody must say what it is about: the shape only notes it",
    LABEL: "each form says what to write in its title",
}
"""Properties that people type and of which the page says more than the shape, with why."""
UNTYPED = {
    "evidenceStatus", "issuedBy", "receivedBy", "hasParticipation", "underScheme", "fundingAmount", "year", "relayedAt",
    PREFIXES["dcterms"] + "created", "actorType", "countryCode", "endYear", "idref", "mainActivity", "paysage", "pic",
    "rnsr", "ror", "siret", "startYear", "uai", "wikidata",
}  # fmt: skip
"""Properties that no form of the devices lets type."""
POST, WISH, OFFER, EVENT = (
    "/stages/nouveau/poste",
    "/stages/nouveau/voeu",
    "/offres/nouvelle",
    "/agenda/annonces/nouvelle",
)
ACCEPTANCE = "acceptation"
TYPE = Refusal("Interaction", "interactionType", "minCount")
TYPE_OF_REQUEST = Refusal("Announcement", "interactionType", "minCount")
MODE = Refusal("Interaction", "attendanceMode", "in")
START, END = (Refusal("Interaction", f"{name}Date", "datatype") for name in ("start", "end"))
OPENING, CLOSING = (Refusal("AgendaEvent", f"{name}Time", "datatype") for name in ("start", "end"))
BEFORE = Refusal("Interaction", "startDate", "lessThanOrEquals")
SIREN = Refusal(STRUCTURE, "siren", "pattern")
REVERSED = {"start": "2027-03-02", "end": "2027-03-01"}
CASES = [
    *((page, "type", {"type": wrong}, told) for page, told in (
        (POST, TYPE_OF_REQUEST), (WISH, TYPE_OF_REQUEST), (OFFER, TYPE_OF_REQUEST), (EVENT, TYPE), (ACCEPTANCE, TYPE_OF_REQUEST)
    ) for wrong in ("", "forged")),
    *((page, "mode", {"mode": "forged"}, MODE) for page in (POST, WISH, OFFER, EVENT)),
    (EVENT, "off", {"off": "forged"}, Refusal("AgendaEvent", "eventStatus", "in")),
    *((page, name, {name: "31/02/2027"}, told) for page in (POST, WISH, EVENT)
        for name, told in (("start", START), ("end", END))),
    *((page, "end", REVERSED, BEFORE) for page in (POST, WISH, EVENT)),
    (EVENT, "opening", {"opening": "25 h"}, OPENING),
    (EVENT, "closing", {"closing": "midi"}, CLOSING),
    (POST, "siren", {"siren": "200040716"}, SIREN),
    (ACCEPTANCE, "siren", {"siren": "12"}, SIREN),
]  # fmt: skip


def test_every_property_that_a_shape_checks_is_known_here() -> None:
    """A new constraint on what people type has its sentence on the page, or a reason why not."""
    shown = ("Announcement", "Interaction", "AgendaEvent", STRUCTURE)
    checked = {path for target, path, _ in refusals._sentences() if target in shown}
    assert checked == {*SAME, *APART, *UNTYPED}
    assert {SAME[path] for path in SAME} == {field for _, field, _, _ in CASES}


@pytest.mark.parametrize(("page", "field", "values", "told"), CASES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_page_says_of_a_field_what_the_shape_says(
    page: str, field: str, values: dict[str, str], told: Refusal, language: str, person: People, desk: Desk
) -> None:
    someone = person("paul" if page == EVENT else "ana")
    opened = page
    if page == ACCEPTANCE:
        person("visitor").file()
        opened = f"/guichet/demandes/{last(desk)}"
        page = f"{opened}/{ACCEPTANCE}"
    someone.get(f"{opened}?lang={language}")
    refused = someone.post(f"{page}?lang={language}", **values)
    assert refused.status_code == 422
    text = plain(refused.text)
    assert (
        escape(told[language]) in text
    )  # in the list of errors, and beside the field where the page shows it
    assert field == "off" or f'id="e-{field}">{escape(told[language])}<' in text
