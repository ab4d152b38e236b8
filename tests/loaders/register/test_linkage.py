"""Linkage: each rule on what sources write, what it must not join, and the order in which rules decide."""

from collections.abc import Iterable
from typing import Any

import polars as pl
import pytest
from ancrage.loaders.register.bodies import read_bodies
from ancrage.loaders.register.linkage import Register, link
from ancrage.loaders.register.names import is_nameless, vocabulary, words
from ancrage.loaders.register.record import Link, Record
from ancrage.loaders.sources.description import Source

ISERE, RHONE, PARIS = "territory/commune/38185", "territory/commune/69123", "territory/commune/75056"
ZONES = {
    ISERE: "38",
    RHONE: "69",
    PARIS: "75",
    "territory/commune/91477": "91",
    "territory/commune/44109": "44",
}
CNRS, CEA, UGA, INP = (f"organization/{code}" for code in ("0753639Y", "0912281K", "0383546Y", "0381912X"))
LIG = "organization/200711886U"


def head(id: str, *names: str, group: str = "public", **more: Iterable[str]) -> Record:
    return Record(id, names, group=group, **{name: frozenset(values) for name, values in more.items()})  # type: ignore[arg-type]


HEADS = (
    head(
        CNRS, "Centre national de la recherche scientifique", identifiers=["uai:0753639Y", "siren:180089013"]
    ),
    head(
        CEA, "Commissariat à l'énergie atomique et aux énergies alternatives", identifiers=["siren:775685019"]
    ),
    head(
        UGA,
        "Université Grenoble Alpes",
        identifiers=["uai:0383546Y"],
        former=["uai:0383412C"],
        places=[ISERE],
    ),
    head(INP, "Institut polytechnique de Grenoble", identifiers=["uai:0381912X"], places=[ISERE]),
    head("organization/0911568K", "Ecole Polytechnique", places=["territory/commune/91477"]),
    head(LIG, "Laboratoire d'Informatique de Grenoble", group="unit", numbers=["UMR 5217"], places=[ISERE]),
    head("organization/201320573K", "Laboratoire Réactions et Génie des Procédés", group="unit"),
    head("organization/493844039", "Aledia", group="company", identifiers=["siren:493844039"]),
)


@pytest.fixture
def register() -> Register:
    names = [name for one in HEADS for name in one.names]
    towns = frozenset(
        words(name) for name in ("Grenoble", "Palaiseau", "Nantes", "Rhône", "Alpes", "Auvergne")
    )
    bodies = read_bodies()
    known = vocabulary([*names, *(name for body in bodies for name in body.every_name)])
    found = Register(bodies, towns=towns, zones=ZONES, vocabulary=known)
    link(HEADS, found)
    return found


def asked(
    register: Register, name: str, *, group: str = "", place: str = "", country: str = "FR", **more: Any
) -> Link | None:
    places = frozenset([place] if place else [])
    return register.find(
        Record("organization/x-0123456789", (name,), group=group, places=places, country=country, **more)
    )


@pytest.mark.parametrize(
    ("name", "body", "rule"),
    [
        ("CENTRE NATIONAL DE LA RECHERCHE SCIENTIFIQUE", CNRS, "name"),
        ("CNRS - DELEGATION REGIONALE RHONE-ALPES SECTEUR ALPES", CNRS, "centre"),
        ("CNRS Rhône Auvergne", CNRS, "centre"),
        ("COMMISSARIAT A LENERGIE ATOMIQUE ET AUX ENERGIES ALTERNATIVES - CENTRE DE GRENOBLE", CEA, "centre"),
        ("UNIVERSITE GRENOBLE I [Joseph Fourier]", UGA, "name"),
        ("Université Pierre Mendès-France", UGA, "name"),
        ("INSTITUT NATIONAL POLYTECHNIQUE DE GRENOBLE - INPG", INP, "name"),
        ("Laboratoire dInformatique de Grenoble", LIG, "name"),
        ("LIG - UMR 5217, Université Grenoble Alpes", LIG, "number"),
        ("CNRS - Laboratoire Réactions et Génie des Procédés", "organization/201320573K", "segment"),
    ],
)
def test_what_sources_write_leads_to_the_body(register: Register, name: str, body: str, rule: str) -> None:
    found = asked(register, name)
    assert found and (found.body, found.rule) == (body, rule)


def test_a_short_name_that_the_file_of_bodies_gives_is_that_body_s_and_no_unit_s_of_it(
    register: Register,
) -> None:
    group = head("organization/552081317", "Groupe EDF", group="company")
    register.add(group)
    found = asked(register, "EDF", group="company", place=ISERE)
    assert found and found.body == group.id
    assert asked(register, "Inserm U768", place=ISERE) is None


def test_a_programme_of_france_says_france_of_whom_it_knows_no_place_of(register: Register) -> None:
    abroad = Record("organization/pic-1", ("University of Melbourne",), group="public", country="AU")
    register.add(abroad)
    found = asked(register, "University of Melbourne")
    assert found and found.body == abroad.id
    assert asked(register, "University of Melbourne", place=PARIS) is None


@pytest.mark.parametrize(
    ("name", "group", "place", "country"),
    [
        ("Ecole Polytechnique Nantes", "", "territory/commune/44109", "FR"),  # another school, elsewhere
        ("Université de Grenoble Alpes", "company", "", "FR"),  # a firm is no university
        ("Centre national de la recherche scientifique", "", "", "MA"),  # Morocco has one
        ("Laboratoire", "", ISERE, "FR"),
        ("CEA-Leti", "", ISERE, "FR"),  # an institute of the CEA is not the CEA
        ("Organisation PIC 999974553", "", "", "FR"),
    ],
)
def test_what_only_looks_alike_is_not_linked(
    register: Register, name: str, group: str, place: str, country: str
) -> None:
    assert asked(register, name, group=group, place=place, country=country) is None


def test_a_number_that_two_bodies_may_give_needs_a_word_that_agrees() -> None:
    """Inserm's 1062 and INRAE's are two units, and « EA 370 » lost a figure."""
    found = Register()
    units = (
        head(
            "organization/1",
            "Centre de Biologie pour la Gestion des Populations",
            group="unit",
            numbers=["UMR 1062"],
        ),
        head("organization/2", "Centre de recherches anglophones", group="unit", numbers=["EA 370"]),
        head("organization/3", "Laboratoire d'aérologie", group="unit", numbers=["UMR 5560"]),
    )
    link(units, found)
    assert asked(found, "Unité INSERM UMR_S 1062 Université Aix Marseille") is None
    assert asked(found, "Université de Savoie, Laboratoire de traitement de la connaissance, EA 370") is None
    for name, body in (
        ("CBGP (UMR 1062), biologie des populations", "1"),
        ("Université de Toulouse - UMR 5560", "3"),
    ):
        known = asked(found, name)
        assert known and (known.body, known.rule) == (f"organization/{body}", "number")


def test_an_acronym_of_several_words_is_known_in_its_own_order() -> None:
    found, timc = Register(read_bodies(), zones=ZONES), "organization/199511969L"
    unit = head(
        timc,
        "Techniques de l'Ingénierie Médicale et de la Complexité - Informatique, Mathématiques et Applications, Grenoble",
        group="unit",
        acronyms=["TIMC-IMAG"],
        places=[ISERE],
    )
    other = head("organization/a", "Laboratoire des Maths de l'Image", group="unit", acronyms=["MI"])
    assert link([unit, other], found) == []
    linked = asked(found, "Laboratoire TIMC-IMAG", place=ISERE)
    assert linked and (linked.body, linked.rule) == (timc, "acronym")
    assert asked(found, "Laboratoire IMAG", place=ISERE) is None


def test_bodies_of_other_countries_have_no_units_here_and_their_firms_are_not_those_of_their_name() -> None:
    """A name of a programme that says no country may be a university of the world, or the branch here of a firm of it."""
    found = Register()
    columbia = Record("organization/c", ("Columbia University",), group="public", country="US")
    leuven = Record("organization/l", ("Katholieke Universiteit Leuven",), group="public", country="BE")
    roche = Record("organization/r", ("Roche Diagnostics GmbH",), group="company", country="DE")
    clinic = head("organization/m", "Clinique de la mémoire", group="unit")
    assert link([columbia, leuven, roche, clinic], found) == []
    assert asked(found, "Columbia University Clinique Mémoire", country="") is None
    assert asked(found, "Roche Diagnostics", country="") is None
    linked = asked(found, "Katholieke Universiteit Leuven", country="")
    assert linked and linked.body == "organization/l"


def test_records_that_say_the_end_of_a_name_twice_are_of_the_body(register: Register) -> None:
    for name in (
        "CEA et aux énergies alternatives",
        "Commissariat A Lenergie atomique et aux énergies alternatives et aux "
        "énergies alternatives - Direction du Centre de Fontenay-aux-Roses",
    ):
        linked = asked(register, name)
        assert linked and linked.body == CEA


def test_a_unit_is_not_the_body_whose_former_name_a_source_gives_it(register: Register) -> None:
    unit = Record(
        "organization/201000000A", ("Milieux aquatiques", "Université Joseph Fourier"), group="unit"
    )
    assert register.find(unit) is None


def test_a_name_and_its_town_need_the_body_to_be_there(register: Register) -> None:
    found = asked(register, "Ecole Polytechnique Palaiseau", place="territory/commune/91477")
    assert found and (found.body, found.rule) == ("organization/0911568K", "name-place")


def test_a_company_is_known_by_its_name_whatever_its_form(register: Register) -> None:
    found = asked(register, "ALEDIA S.A.S.", group="company", country="")
    assert found and found.body == "organization/493844039"


def test_numbers_decide_before_names_and_a_former_number_leads_to_who_has_it(register: Register) -> None:
    found = asked(register, "Another name", identifiers=frozenset(["uai:0383412C"]))
    assert found and (found.body, found.rule) == (UGA, "identifier")


def test_a_number_that_no_source_names_leads_to_the_body_that_it_is_of(register: Register) -> None:
    """CEA stood beside itself without a name, with 129 of its European projects."""
    found = asked(register, "Organisation PIC 999992401", identifiers=frozenset(["pic:999992401"]))
    assert found and (found.body, found.rule) == (CEA, "identifier")
    found = asked(
        register, "Institut national de recherche Eninformatique", identifiers=frozenset(["pic:999547074"])
    )
    assert found is None  # Inria is not in this register
    assert asked(register, "Organisation PIC 999992402", identifiers=frozenset(["pic:999992402"])) is None


def test_a_university_of_before_with_its_own_code_stays_itself(register: Register) -> None:
    assert asked(register, "Université Joseph Fourier", identifiers=frozenset(["uai:0381838S"])) is None
    found = asked(register, "Université Joseph Fourier")
    assert found and found.body == UGA


def test_who_has_figures_of_its_own_is_not_another(register: Register) -> None:
    assert (
        asked(
            register,
            "Communauté Université Grenoble Alpes",
            identifiers=frozenset(["uai:0383412C"]),
            is_observed=True,
        )
        is None
    )


def test_two_schools_of_one_legal_unit_stay_two() -> None:
    schools = (
        head("organization/0597165T", "Junia", identifiers=["uai:0597165T", "siren:783707003"]),
        head(
            "organization/0590343C",
            "Institut supérieur d'agriculture",
            identifiers=["uai:0590343C", "siren:783707003"],
        ),
        head(
            "organization/9730429D",
            "Université de Guyane",
            identifiers=["uai:9730429D", "siren:130013238"],
            former=["uai:9710585J"],
        ),
        head(
            "organization/9710585J",
            "Université des Antilles",
            identifiers=["uai:9710585J", "siren:199715856"],
        ),
    )
    assert link(schools, Register()) == []


def test_companies_of_one_name_and_two_numbers_stay_two() -> None:
    firms = [
        head(f"organization/{siren}", "Nanoe", group="company", identifiers=[f"siren:{siren}"])
        for siren in ("507722106", "823519053")
    ]
    assert link(firms, Register()) == []


def test_what_two_bodies_may_be_is_of_none() -> None:
    places = {"200111810M": RHONE, "199112391M": ISERE}
    units = [
        head(f"organization/{code}", "Laboratoire de mathématiques", group="unit", places=[place])
        for code, place in places.items()
    ]
    found = Register(zones=ZONES)
    link(units, found)
    assert asked(found, "Laboratoire de mathématiques") is None
    near = asked(found, "Laboratoire de mathématiques", place=ISERE)
    assert near and (near.body, near.rule) == ("organization/199112391M", "name-place")


def test_decisions_come_before_rules(register: Register) -> None:
    record = "organization/x-0123456789"
    register.refusals = {frozenset((record, CNRS))}
    assert asked(register, "CNRS Rhône Auvergne") is None
    register.acceptances = {record: LIG}
    found = asked(register, "CNRS Rhône Auvergne")
    assert found and (found.body, found.rule, found.confidence) == (LIG, "decision", 1.0)


def test_a_decision_leads_to_the_organisation_whatever_the_order(register: Register) -> None:
    """The body may come later, be itself a record of another, or be described nowhere."""
    early, late = head("organization/early", "Atelier A"), head("organization/late", "Atelier B")
    other = head("organization/other", "Atelier B")
    lost = head("organization/lost", "Atelier C")
    decided = Register(
        acceptances={early.id: late.id, "organization/again": other.id, lost.id: "organization/nowhere"}
    )
    again = head("organization/again", "Atelier D")
    found = {one.record: (one.body, one.rule) for one in link((early, lost, late, other, again), decided)}
    assert found == {
        early.id: (late.id, "decision"),
        other.id: (late.id, "name"),
        again.id: (late.id, "decision"),
    }
    assert decided.find(head("organization/x", "Atelier C")) is not None, (
        "what a lost decision was about stays itself"
    )


def test_likeness_proposes_and_never_links(register: Register) -> None:
    typo = Record("organization/x-0123456789", ("Laboratoire Réaction et Géni des Procédés",), group="unit")
    assert register.find(typo) is None
    proposed = register.proposals(typo)
    assert [one.body for one in proposed] == ["organization/201320573K"] and proposed[0].rule == "likeness"


def test_what_abbreviates_a_body_is_proposed() -> None:
    found = Register()
    link([head(UGA, "Université Grenoble Alpes", acronyms=["UGA"])], found)
    assert [one.body for one in found.proposals(Record("organization/x", ("Uga",)))] == [UGA]
    assert found.proposals(Record("organization/x", ("UGA Éditions",))) == []


def test_labels_that_name_nobody() -> None:
    assert (
        is_nameless("Non renseigné")
        and is_nameless("Entreprise SIREN 813739307")
        and not is_nameless("Soitec")
    )


UNITS = (
    head(
        "organization/200919362L",
        "Biologie des organismes et écosystèmes aquatiques",
        group="unit",
        places=[PARIS],
    ),
    head("organization/200003", "Agro-écologie et Intensification Durable", group="unit", places=[RHONE]),
    Record("organization/200004", ("Institut Néel",), ("NEEL",), group="unit", places=frozenset([ISERE])),
    Record(
        "organization/200005",
        ("Toxicologie Alimentaire",),
        ("TOXALIM",),
        group="unit",
        places=frozenset([RHONE]),
    ),
    head("organization/958675736", "A3I SARL", group="company", places=["territory/commune/26116"]),
    head("organization/518344049", "Kapteos", group="company", identifiers=["siren:518344049"]),
    head("organization/422382168", "GIE Osiris", group="company", places=[ISERE]),
    head("organization/521148890", "Symbio FCell", group="company", places=[ISERE]),
)


@pytest.mark.parametrize(
    ("name", "group", "place", "body", "rule"),
    [
        ("Agroécologie et Intensification Durable", "", "", "200003", "name"),
        ("AGRO ECOLOGIE ET INTENSIFICATION DURABLE", "", "", "200003", "name"),
        ("Laboratoire de biologie des organismes aquatiques", "", PARIS, None, None),  # a word lacks
        ("Biologie des organismes et écosystèmes aquatiques, équipe 3", "", PARIS, "200919362L", "core"),
        ("UGA, unité Biologie des organismes et écosystèmes aquatiques", "", PARIS, "200919362L", "core"),
        ("Institut Néel, CNRS", "", ISERE, "200004", "acronym"),
        ("Institut Néel, CNRS", "", PARIS, None, None),  # elsewhere
        ("CNRS ToxALIM", "", RHONE, "200005", "acronym"),
        ("A3i", "company", "territory/commune/26116", "958675736", "name-place"),
        ("A3i", "company", PARIS, None, None),
        ("KAPTEOS SAS / R&D", "company", "", "518344049", "segment"),
        ("Osiris", "company", "", "422382168", "name"),
        ("SymbioFCell", "company", ISERE, "521148890", "name-place"),
        ("Groupe Kapteos", "company", "", "518344049", "name"),
    ],
)
def test_a_name_is_known_beside_what_is_not_of_it(
    register: Register, name: str, group: str, place: str, body: str | None, rule: str | None
) -> None:
    link(UNITS, register)
    found = asked(register, name, group=group, place=place)
    assert (found and (found.body, found.rule)) == (body and (f"organization/{body}", rule))


def test_who_pays_a_unit_is_not_the_unit(register: Register) -> None:
    """A programme gives the number of a unit beside the name of the delegation that is paid for it."""
    name = "CENTRE NATIONAL DE LA RECHERCHE SCIENTIFIQUE - DELEGATION REGIONALE RHONE-AUVERGNE"
    unit = Record(
        "organization/201120456S",
        (name,),
        identifiers=frozenset(["rnsr:201120456S"]),
        group="unit",
        country="FR",
    )
    assert link([unit], register) == []
    found = asked(register, name)
    assert found and (found.body, found.rule) == (CNRS, "centre")


def test_a_hand_written_name_of_a_firm_is_for_firms_too() -> None:
    found = Register(read_bodies())
    link([head("organization/341470656", "Teledyne e2v semiconductors", group="company")], found)
    known = asked(found, "E2V SEMICONDUCTORS SAS", group="company")
    assert known and (known.body, known.rule) == ("organization/341470656", "name")


SCHOOLS = {
    "krqUz": ("IMT Atlantique", "siren:180092025"),
    "0597060D": ("IMT Lille Douai", "uai:0597060D"),
    "0811200P": ("École nationale supérieure des mines d'Albi-Carmaux", "uai:0811200P"),
    "0300063F": ("IMT Mines Alès", "uai:0300063F"),
    "0422063H": ("École nationale supérieure des mines de Saint-Étienne", "uai:0422063H"),
    "6Bu79": ("Institut Mines-Télécom Business School", "siren:180092025"),
}


def test_a_record_of_the_file_of_bodies_is_the_body_whatever_the_order() -> None:
    bodies = read_bodies()
    names = [name for body in bodies for name in body.every_name]
    group = "organization/scanr-h2020-gent166"
    records = [
        head("organization/986090652", "Stmicroelectronics (ALPS) SAS", group="company", places=[ISERE]),
        head("organization/999750580", "Stmicroelectronics Crolles 2 SAS", group="company", places=[ISERE]),
        head(group, "STMicroelectronics", group="company"),
        head("organization/775680903", "Institut technologique fcba (foret cellulose bois...)", group=""),
        head("organization/anr-1", "FCBA", group=""),
    ]
    found = link(records, Register(bodies, vocabulary=vocabulary(names)))
    assert {one.record: one.body for one in found} == {
        "organization/986090652": group,  # the plant of Crolles is a company of its own
        "organization/anr-1": "organization/775680903",
    }


def test_six_schools_of_one_legal_unit_are_six_and_none_is_the_institute() -> None:
    """The schools of the Institut Mines-Télécom have its SIREN, and each its name."""
    institute = head(
        "organization/0912424R",
        "Institut Mines-Télécom",
        identifiers=["uai:0912424R", "siren:180092025"],
    )
    schools = [
        head(f"organization/{code}", name, identifiers=[number, "siren:180092025"])
        for code, (name, number) in SCHOOLS.items()
        if number.startswith("uai:")
    ]
    named = [
        head(f"organization/{code}", name)
        for code, (name, number) in SCHOOLS.items()
        if not number.startswith("uai:")
    ]
    found = Register(read_bodies())
    assert link((institute, *schools, *named), found) == []
    for code, (name, _) in SCHOOLS.items():
        known = asked(found, name)
        assert known and known.body == f"organization/{code}", name


def test_a_laboratory_that_a_departement_has_is_not_the_departement() -> None:
    """It has the number of the Département, and a name of its own."""
    calvados = head("organization/221401185", "Département du Calvados", identifiers=["siren:221401185"])
    council = head("organization/cg", "Conseil général du Calvados", identifiers=["siren:221401185"])
    lab = head("organization/22140118500204", "Laboratoire Frank Duncombe", identifiers=["siren:221401185"])
    assert [(one.record, one.body) for one in link((calvados, council, lab), Register(read_bodies()))] == [
        (council.id, calvados.id)
    ]


@pytest.mark.parametrize(
    ("name", "siren"),
    [
        ("Conseil Régional de Rhône-Alpes", "200053767"),
        ("Conseil régional d'Auvergne", "200053767"),
        ("Conseil régional d'Auvergne-Rhône-Alpes", "200053767"),
        ("Région Hauts de France", "200053742"),
        ("Conseil Régional d'Aquitaine", "200053759"),
        ("Mairie de Paris", "217500016"),
        ("Département de Paris", "217500016"),
        ("Région Guyane", "200052678"),
    ],
)
def test_a_region_is_found_under_the_names_of_those_that_it_has_succeeded(name: str, siren: str) -> None:
    table = pl.read_csv(
        Source.named("decoupage-administratif").folder / "authorities.csv", infer_schema=False
    )
    heads = [
        head(f"organization/{number}", label, group="public", identifiers=[f"siren:{number}"])
        for number, label in table.select("siren", "label").unique().iter_rows()
    ]
    found = Register(read_bodies(), vocabulary=vocabulary([*table["label"]]))
    assert link(heads, found) == []
    told = found.find(Record("organization/x", (name,)))
    assert told is not None and told.body == f"organization/{siren}"


def test_the_parts_of_the_cea_are_units_of_it(register: Register) -> None:
    leti = Record(
        "organization/196718590E",
        ("Laboratoire d'Electronique et de Technologie de l'Information",),
        ("LETI",),
        group="unit",
        places=frozenset([ISERE]),
    )
    liten = Record(
        "organization/200418592W",
        ("Laboratoire d'Innovation pour les Technologies des Energies nouvelles",),
        ("LITEN",),
        group="unit",
        places=frozenset([ISERE]),
    )
    assert link([leti, liten], register) == []
    for name, body in (
        ("CEA-Leti", leti),
        ("CEA LITEN", liten),
        ("CEA-LETI, Département d'optronique", leti),
    ):
        found = asked(register, name, place=ISERE)
        assert found and found.body == body.id, name
    found = asked(register, "CEA Grenoble", place=ISERE)
    assert found and found.body == CEA


@pytest.mark.parametrize(
    ("name", "group", "place"),
    [
        ("Ineo", "company", PARIS),
        ("Altran SAS", "", PARIS),
        ("Laboratoire de Géologie de l'École Normale Supérieure de Paris", "", RHONE),
        ("Institut de Physique Théorique CEA-Saclay", "", "territory/commune/91477"),
        ("Fabrique de territoire (Commune de Saint-Julien-Chapteuil)", "public", ISERE),
    ],
)
def test_a_plural_a_town_a_kind_and_a_label_tell_two_bodies_apart(name: str, group: str, place: str) -> None:
    heads = (
        head("organization/ineos", "Ineos", group="company"),
        head("organization/altrans", "Altrans", group="company"),
        head("organization/lgl", "Laboratoire de géologie de Lyon", group="unit", places=[RHONE]),
        head(
            "organization/cpht",
            "Centre de physique théorique",
            group="unit",
            places=["territory/commune/91477"],
        ),
        head("organization/ens", "École normale supérieure"),
        head("organization/cea", "CEA"),
        head("organization/fabt", "Fabrique de territoire (Communauté de communes de Die)", places=[PARIS]),
    )
    towns = frozenset(
        words(town) for town in ("Lyon", "Paris", "Saclay", "Centre")
    )  # there is a commune named Centre
    register = Register(read_bodies(), towns=towns, zones=ZONES, vocabulary=vocabulary([]))
    link(heads, register)
    assert register.find(Record("organization/x", (name,), group=group, places=frozenset([place]))) is None
    if place == RHONE:
        same = Record("organization/y", ("Laboratoire de Géologie, Lyon",), places=frozenset([place]))
        found = register.find(same)
        assert found is not None and found.body == "organization/lgl"


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("CC du Diois", "Communauté de communes du Diois"),
        ("CA Valence Romans Agglo", "Valence Romans Agglo"),
        ("CA Valence Romans Agglo", "COMMUNAUTE D AGGLOMERATION VALENCE ROMANS AGGLO"),
        ("Département de l'Isère", "Conseil départemental de l'Isère"),
        ("Département de l'Isère", "Conseil Général de lIsère"),
        ("Conseil régional Rhône-Alpes", "Région Rhône-Alpes"),
    ],
)
def test_an_authority_is_found_under_its_usual_names(known: str, asked: str) -> None:
    found = Register(vocabulary=vocabulary([known]))
    link([head("organization/one", known)], found)
    told = found.find(Record("", (asked,)))
    assert told is not None and (told.body, told.rule) == ("organization/one", "name")


def test_a_unit_is_found_by_the_number_that_its_name_holds_and_no_field_is_a_name() -> None:
    lab = "UMR 5205 - Laboratoire d'informatique en image"
    found = Register()
    link(
        [
            head("organization/lab", lab, group="unit", identifiers=["rnsr:200511875R"]),
            head(
                "organization/gi",
                "Laboratoire génie industriel",
                group="unit",
                identifiers=["rnsr:199814131Y"],
            ),
        ],
        found,
    )
    told = found.find(Record("", ("LIRIS UMR 5205",)))
    assert told is not None and (told.body, told.rule) == ("organization/lab", "number")
    assert found.find(Record("", ("Génie industriel",))) is None
