from __future__ import annotations

import polars as pl
from ancrage.graph.region.gazetteer import Gazetteer
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.suggestions.directory import Directory
from ancrage.loaders.desk.candidates import candidates
from ancrage.loaders.desk.ledger import Ledger, Match, Need, Offer
from ancrage.loaders.desk.states import MatchState, NeedState

DAY = "2026-11-28"


def ledger_of(*offers: Offer, needs: tuple[Need, ...] = ()) -> Ledger:
    made = Ledger(None)  # type: ignore[arg-type]
    for offer in offers:
        made.put_offer(offer)
    for need in needs:
        made.put_need(need)
    return made


def offer(number: int, **told: object) -> Offer:
    made = Offer(
        f"offer/{number}",
        organization=f"organization/x{number}",
        name=f"Offreur {number}",
        title=f"Offre {number}",
        type="interaction-type/testing-service",
        territory="territory/commune/38185",
    )
    for name, value in told.items():
        setattr(made, name, value)
    return made


def need(**told: object) -> Need:
    made = Need("need/1", stage=NeedState.PREPARING, type="interaction-type/testing-service")
    made.territory = "territory/commune/38185"
    for name, value in told.items():
        setattr(made, name, value)
    return made


def told(
    view: RegionView, *offers: Offer, of: Need | None = None, words: str = "zzz"
) -> dict[str, tuple[str, str]]:
    found = candidates(view, ledger_of(*offers), of or need(), words, DAY)
    return {
        one.name: (
            " ".join(str(reason["fr"]) for reason in one.reasons),
            " ".join(str(no["fr"]) for no in one.against),
        )
        for one in found
        if one.offer
    }


def test_offers_are_ordered_by_what_fits_and_each_says_why_and_why_not(example_reader: LocalReader) -> None:
    view = RegionView.of(example_reader)
    offers = (
        offer(1, type="interaction-type/platform-access"),
        offer(2),
        offer(3, type="interaction-type/internship"),
        offer(4, type="interaction-type/internship", about=("value-chain/timber-construction",)),
        offer(5, mode="attendance-mode/remote", away=("2026-11-01", "2026-12-31")),
        offer(6, ended="2026-11-01T00:00:00Z"),
        offer(7, illustrative=True),
        offer(8, next="2027-02-01", territory=""),
    )
    of = need(about=("value-chain/timber-construction",), mode="attendance-mode/in-person")
    found = told(view, *offers, of=of)
    assert list(found) == [f"Offreur {n}" for n in (2, 4, 1, 8, 5)]
    assert "Même type : prestation d'essais" in found["Offreur 2"][0] and found["Offreur 2"][1] == ""
    assert "Même famille" in found["Offreur 1"][0]
    assert "Même filière" in found["Offreur 4"][0] and "Autre type" in found["Offreur 4"][1]
    assert "Absent jusqu’au 2026-12-31" in found["Offreur 5"][1] and "à distance" in found["Offreur 5"][1]
    assert (
        "Disponible à partir du 2027-02-01" in found["Offreur 8"][1]
        and "Distance inconnue" in found["Offreur 8"][1]
    )


def test_an_offer_that_is_full_this_month_says_so(example_reader: LocalReader) -> None:
    view = RegionView.of(example_reader)
    other = need(id="need/2")
    other.matches = {"x": Match("x", "X", "offer/1", state=MatchState.WAITING, sent="2026-11-02T00:00:00Z")}
    for month, full in ((DAY, True), ("2026-12-01", False)):
        ledger = ledger_of(offer(1, capacity=1), needs=(other,))
        [one] = [one for one in candidates(view, ledger, need(), "zzz", month) if one.offer]
        assert any("Complet" in reason["fr"] for reason in one.against) == full


def test_words_of_an_offer_make_a_candidate_where_no_type_was_chosen(example_reader: LocalReader) -> None:
    view = RegionView.of(example_reader)
    offers = [offer(n, type="interaction-type/public-lecture") for n in range(4, 40)]
    offers += [offer(1, title="Relevés de terrain par drone"), offer(2, title="Analyses de l’eau")]
    found = told(view, *offers, of=need(type=""), words="il nous faut un DRONE pour relever les toitures")
    assert [*found] == ["Offreur 1"]
    assert "« drone »" in found["Offreur 1"][0] and "Autre type" not in found["Offreur 1"][1]


def test_the_index_forgets_what_an_offer_said_before(example_reader: LocalReader) -> None:
    view = RegionView.of(example_reader)
    ledger = ledger_of(offer(1, title="Relevés par drone"))
    asked = need(type="")
    assert [one.offer for one in candidates(view, ledger, asked, "drone", DAY) if one.offer] == ["offer/1"]
    ledger.put_offer(offer(1, title="Analyses de l’eau"))
    assert not [one for one in candidates(view, ledger, asked, "drone", DAY) if one.offer]
    assert [one for one in candidates(view, ledger, asked, "analyse d'eau", DAY) if one.offer]
    ledger.put_offer(offer(1, title="Analyses de l’eau", ended=DAY))
    assert not [one for one in candidates(view, ledger, need(), "analyse d'eau", DAY) if one.offer]


def test_the_graph_answers_too_and_says_what_is_lacking(example_reader: LocalReader) -> None:
    view = RegionView.of(example_reader)
    of = need(about=("value-chain/timber-construction",))
    found = candidates(view, ledger_of(), of, "charpente bois", DAY)
    assert found and all(one.reasons for one in found)
    assert any(one.against for one in found)
    assert [one.points for one in found] == sorted((one.points for one in found), reverse=True)
    first = found[0]
    of.matches = {first.node: Match(first.node, first.name)}
    assert first.node not in {one.node for one in candidates(view, ledger_of(), of, "charpente bois", DAY)}


def test_a_need_that_nobody_answers_has_no_candidate(example_reader: LocalReader) -> None:
    assert candidates(RegionView.of(example_reader), ledger_of(), need(type=""), "xylophage qzv", DAY) == []


def test_offers_of_the_subject_of_those_that_answer_are_there_too(example_reader: LocalReader) -> None:
    """« Intrusion » is said by one offer, which says « cybersécurité », as another does that the request's words do not find."""
    view = RegionView.of(example_reader)
    offers = [
        offer(n, type="interaction-type/public-lecture", title=f"Conférence {n}") for n in range(10, 50)
    ]
    offers += [
        offer(1, title="Tests d’intrusion et conseils en cybersécurité"),
        offer(2, title="Cybersécurité des petites structures"),
        offer(3, title="Analyses de l’eau"),
    ]
    found = told(view, *offers, of=need(type=""), words="qui peut faire un test d’intrusion à la mairie ?")
    assert [*found] == ["Offreur 1", "Offreur 2"]
    assert "« Tests d’intrusion et conseils en cybersécurité »" in found["Offreur 2"][0]
    assert "Parle des mêmes choses" not in found["Offreur 1"][0]


def test_research_units_of_the_domain_asked_are_there_and_others_lack_it(example_reader: LocalReader) -> None:
    view = RegionView.of(example_reader)
    units = view.frame("units").filter(pl.col("field").str.starts_with("field/") & pl.col("end").is_null())
    unit, field = units.select("unit", "field").row(0)
    found = {one.node: one for one in candidates(view, ledger_of(offer(1)), need(about=(field,)), "zzz", DAY)}
    [why] = [one["fr"] for one in found[unit].known if one["fr"].startswith("Domaine : ")]
    assert Directory.of(view).concept(field)["fr"] in why
    against = [one["fr"] for one in found["organization/x1"].against]
    assert [one["fr"] for one in found[unit].against if "domaine demandé" in one["fr"]] == []
    assert "Pas connu comme membre de la filière demandée." not in against


def test_a_relay_of_the_place_says_so_and_one_that_is_none_where_relays_are_asked(
    example_reader: LocalReader,
) -> None:
    view = RegionView.of(example_reader, illustrative=True)
    organization, commune = view.frame("relays").select("organization", "place").drop_nulls().row(0)
    place = Gazetteer.of(view).get(commune)
    assert place is not None
    found = told(
        view,
        offer(1, organization=organization),
        offer(2),
        of=need(territory=commune, mode="attendance-mode/relayed"),
    )
    assert f"Relais : sert {place.label}." in found["Offreur 1"][0]
    assert "N’est pas connu comme relais du lieu demandé." in found["Offreur 2"][1]
    assert next(iter(found)) == "Offreur 1"
