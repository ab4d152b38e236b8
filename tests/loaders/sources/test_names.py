"""How names that registers have in capitals are written: in French, and in the languages of those of other countries."""

import pytest
from ancrage.loaders.sources.names import recased, recased_abroad


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("sanofi pasteur", "Sanofi Pasteur"),
        ("easydis", "Easydis"),
        ("genzyme polyclonals SAS", "Genzyme Polyclonals SAS"),
        ("institut de recherche sur les céramiques", "Institut de recherche sur les céramiques"),
        ("eBikeLabs", "eBikeLabs"),
        ("bofrost France", "bofrost France"),
        ("Université GRENOBLE 1 - JOSEPH FOURIER", "Université Grenoble 1 - Joseph Fourier"),
        ("INSTITUT PHOTOVOLTAÏQUE D'ILE DE France", "Institut photovoltaïque d'Île de France"),
        ("CLERMONT SCHOOL OF BUSINESS (Ex ESC Clermont)", "Clermont School of Business (Ex ESC Clermont)"),
        ("Fédération CNRS-INRAE", "Fédération CNRS-INRAE"),
        ("STMicroelectronics", "STMicroelectronics"),
        ("Centre d' énergétique et de Thermique de Lyon", "Centre d'énergétique et de Thermique de Lyon"),
        ("Institut P' : Recherche en Matériaux", "Institut P' : Recherche en Matériaux"),
        ("", ""),
    ],
)
def test_a_name_in_capitals_or_in_small_letters_is_written_as_people_do(given: str, written: str) -> None:
    assert recased(given) == written


@pytest.mark.parametrize(
    ("given", "acronym", "country", "written"),
    [
        ("IMPERIAL COLLEGE OF SCIENCE TECHNOLOGY AND MEDICINE", "IMPERIAL", "GB",
         "Imperial College of Science Technology and Medicine"),
        ("UNIVERSITA DEGLI STUDI DI ROMA LA SAPIENZA", "UNIROMA1", "IT", "Universita degli Studi di Roma La Sapienza"),
        ("DEUTSCHES ZENTRUM FUER LUFT - UND RAUMFAHRT EV", "DLR", "DE", "Deutsches Zentrum fuer Luft - und Raumfahrt e.V."),
        ("NATIONAL TECHNICAL UNIVERSITY OF ATHENS - NTUA", "", "GR", "National Technical University of Athens - NTUA"),
        ("EUROPEAN SPALLATION SOURCE ERIC", "ESS", "SE", "European Spallation Source ERIC"),
        ("UNIVERSITY OF BATH", "BATH", "GB", "University of Bath"),
        ("UNIVERSITE DE LIEGE", "ULG", "BE", "Université de Liege"),
        ("UNIVERSITE LAVAL", "UL", "CA", "Université Laval"),
        ("TECHNISCHE UNIVERSITEIT DELFT", "TU Delft", "NL", "Technische Universiteit Delft"),
        ("CENTRE D ECOLOGIE", "", "FR", "Centre d'écologie"),
        ("Academisch Medisch Centrum bij de UvA", "AMC", "NL", "Academisch Medisch Centrum bij de UvA"),
    ],
)  # fmt: skip
def test_a_name_of_another_country_has_the_small_words_and_legal_forms_of_its_language(
    given: str, acronym: str, country: str, written: str
) -> None:
    assert recased_abroad(given, acronym, country) == written
