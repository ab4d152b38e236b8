"""Every page in English: no French left in its words, the choice kept from page to page, errors too."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from ancrage.api import app as application
from ancrage.api.web.page_language import SLOT, WITHOUT, switch_language
from fastapi.testclient import TestClient

from ...third_language import outside

HTML = {"Accept": "text/html"}
#: French words that stand in sentences and labels, and hardly ever in the name of a place, a school or a company.
FRENCH = re.compile(
    r"(?<![\w’'-])(?:aucune?s?|est|sont|était|qui|que|cette|ces|ne|avec|sans|dans|selon|depuis|dont|où|chaque|une|leurs?|"
    r"afficher?|télécharger|toutes?|tous|chercher|rechercher|voir|lignes?|chiffres|données|jeux?|manque|langue|accueil|"
    r"erreur|énoncés|éditeur|établissements?|formations?|intercommunalités?|requêtes?|réponse|licences? ouverte)"
    r"(?![\w’'-])",
    re.IGNORECASE,
)
ENGLISH = re.compile(
    r"(?<![\w’'-])(?:the|of|is|are|was|and|with|without|which|that|from|this|these|no|not|each|rows?|values?)(?![\w’'-])",
    re.IGNORECASE,
)
"""English words, for a third language: what falls back is French or English."""
#: One address of every page, on the published fixture.
PAGES = (
    *("/", "/territoires", "/sources", "/recherche", "/recherche?q=essai", "/recherche?kind=acteurs&format=html"),
    *("/ce-qui-manque", "/ce-qui-manque/territoires", "/ce-qui-manque/sources"),
    *("/territoires/epci/299000001", "/territoires/commune/99101", "/territoires/region/99"),
    "/territoires/epci/299000001/liens",
    *("/filieres", "/filieres/timber-construction", "/filieres/timber-construction/maillons", "/filieres/comparaison?a=rien&b=x"),
    "/filieres/comparaison?a=timber-construction&b=microelectronics",
    "/filieres/comparaison/communs?a=timber-construction&b=microelectronics",
    *("/indicateurs", "/indicateurs/population"),
    *("/territoires/comparaison", "/territoires/comparaison?among=epci/rien"),
    "/territoires/comparaison/chiffres-cles?among=epci/299000001,commune/99101",
    *("/cartes", "/cartes/flux", "/queries", "/queries/territory-units", "/queries/chain-members"),
    "/queries/territory-units/description",
    "/donnees-personnelles",
    *("/developpeurs", "/def", "/def/", "/methodes", "/sparql", "/sparql?query=ASK%20%7B%7D", "/sparql?query=oups"),
    *("/catalog", "/.well-known/void", "/dumps", "/changes", "/prefixes", "/doc/territory/epci/299000001", "/graph/ontology"),
    *("/ogc", "/ogc/conformance", "/ogc/collections", "/ogc/collections/sites", "/ogc/collections/sites/items?limit=2"),
    *("/ogc/collections/territories/items/commune/99101", "/ogc/collections/sites/items/rien"),
    *("/connexion/fournisseur", "/connexion/retour", "/scenarios/rien/suppression"),
    *("/connexion", "/compte", "/demandes", "/demandes/nouvelle", "/demandes/suivi/rien", "/demandes/suivi/rien/1"),
    *("/scenarios", "/scenarios/nouveau", "/scenarios/nouveau?kind=open-branch", "/scenarios/garder", "/scenarios/rien"),
    *("/scenarios/nouveau?kind=open-programme&add=1&territory=rien", "/scenarios/essai?h=close-branch+rien"),
    *("/antennes", "/antennes/rien", "/relais", "/relais?territory=rien", "/relais/rien"),
    *("/rencontre", "/rencontre?q=rien", "/rencontre?territory=epci/299000001&with=0990001A", "/rencontre?with=rien"),
    *("/agenda", "/agenda?month=2026-12&territory=rien", "/agenda?page=x"),
    *("/stages", "/stages/affectation", "/stages/nouveau/poste", "/stages/nouveau/voeu"),
    *("/stages/conventions", "/stages/conventions/nouvelle/rien", "/stages/conventions/rien"),
    "/stages/conventions/rien/termes",
    *("/agenda/relais/rien", "/agenda/annonces", "/agenda/annonces/nouvelle", "/agenda/annonces/rien"),
    *("/classeurs", "/classeurs/rien", "/classeurs/rien/annote.xlsx"),
    *("/offres", "/offres/nouvelle", "/guichet", "/guichet/envois", "/guichet/demandes/rien"),
    *("/strategies", "/strategies/essai-plan", "/strategies/essai-plan/actions", "/strategies/exemple/autre"),
    *("/strategies/comparaison?a=essai-plan&b=exemple/autre", "/strategies/comparaison", "/strategies/rien"),
    *("/strategies/exemple/autre/actions", "/strategies/comparaison/communs?a=essai-plan&b=exemple/autre"),
    *("/dispositifs/exemple/autre", "/dispositifs/exemple/autre/editions"),
    *("/dispositifs", "/dispositifs/essai", "/dispositifs/essai/editions", "/dispositifs/rien"),
    *("/rien", "/territoires/epci/000", "/recherche?page=x", "/filieres/rien", "/def/Rien", "/indicateurs/rien"),
)  # fmt: skip
THIRD = (
    *(path for path in PAGES if not path.startswith(("/def", "/methodes"))),
    "/acteurs/0990001A",
)
"""Pages asked in a third language: not those of the ontology and of the methods, whose texts stand in files of their own."""
RDF = re.compile(r"\.(?:ttl|nt|nq|jsonld|rdf|trig)(?:\.gz)?$")
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
)
QUOTED = frozenset(["script", "style", "code", "pre", "textarea", "kbd"])


UNTYPESET = re.compile(r"<(script|style|pre|code|textarea)\b.*?</\1>|<[^>]*>", re.DOTALL)
"""What is not shown of a page, or as it is written."""


class Words(HTMLParser):
    """The words of a page that a person meets, outside quotations and what is said to be French."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.language = ""
        self.found: list[str] = []
        self.links: list[str] = []
        self._open: list[tuple[str, bool]] = []

    @property
    def _silent(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag == "html":
            self.language = about.get("lang") or ""
        language = about.get("lang")
        silent = language == "fr" or tag in QUOTED or (self._silent and language != "en")
        if not silent:
            kept = ("title", "alt", "aria-label", "placeholder", "content")
            self.found += [str(about[name]) for name in kept if about.get(name)]
        if tag == "a":
            self.links.append(about.get("href") or "")
        if tag not in VOID:
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._silent:
            self.found.append(" ".join(data.split()))


def words(text: str) -> Words:
    reader = Words()
    reader.feed(text)
    return reader


def french(text: str) -> list[str]:
    return [f"{found[0]} in: {one[:120]}" for one in words(text).found if (found := FRENCH.search(one))]


def test_the_reader_of_pages_sees_what_is_french() -> None:
    assert french(
        '<p>Aucune donnée</p><p lang="fr">Aucune</p><img alt="Carte sans valeur"><code>une</code>'
    ) == [
        "Aucune in: Aucune donnée",
        "sans in: Carte sans valeur",
    ]


@pytest.mark.long
@pytest.mark.parametrize("path", PAGES)
def test_no_french_is_left_on_an_english_page(client: TestClient, path: str) -> None:
    address = f"{path}{'&' if '?' in path else '?'}lang=en"
    answer = client.get(address, headers=HTML)
    page = words(answer.text)
    assert page.language == "en"
    assert answer.headers["content-language"] == "en"
    assert french(answer.text) == []
    kept = [link for link in page.links if link.startswith("/") and "lang=" not in link]
    assert [link for link in kept if not link.startswith(WITHOUT) and not RDF.search(link)] == []
    switch = re.search(r'class="autre-langue" href="([^"]*)"', answer.text)
    assert switch is not None
    assert switch[1].endswith("lang=fr")


@pytest.mark.long
def test_pages_in_a_third_language_have_no_untranslated_word(client: TestClient, pseudo: str) -> None:
    left: dict[str, list[str]] = {}
    for path in THIRD:  # in one test: the language is made for each
        answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={pseudo}", headers=HTML)
        assert words(answer.text).language == answer.headers["content-language"] == pseudo
        texts = [outside(text) for text in words(_whole(answer.text)).found]
        left[path] = [text for text in texts if FRENCH.search(text) or ENGLISH.search(text)]
    assert {path: texts for path, texts in left.items() if texts} == {}


def _whole(text: str) -> str:
    """Put back together the sentences that marks cut."""
    inside = re.sub(r"⟦(?:[^⟦⟧]|⟦[^⟦⟧]*⟧)*⟧", lambda found: re.sub(r"<[^>]*>", " ", found[0]), text)
    return inside


@pytest.mark.long
@pytest.mark.parametrize("path", PAGES)
def test_the_language_of_the_browser_is_heard_and_french_comes_first(client: TestClient, path: str) -> None:
    english = client.get(path, headers={**HTML, "Accept-Language": "en-GB,en;q=0.9"})
    default = client.get(path, headers=HTML)
    assert (words(english.text).language, words(default.text).language) == ("en", "fr")
    assert re.findall(".{,20}(?: [:;?!»]|« ).{,20}", UNTYPESET.sub("", default.text)) == []
    assert "Accept-Language" in english.headers["vary"]
    assert "Content-Language" in english.headers
    assert english.status_code == default.status_code


def test_every_page_is_in_the_list() -> None:
    """A new page comes here, or among those that others test in English."""
    elsewhere = (
        "/acteurs",
        "/formations",
        *("/projets", "/interactions", "/evenements"),
        "/unites",
        "/territoires/{kind}/{code}/",
        "/ce-qui-manque/{sujet}",
    )
    files = re.compile(
        r"\.\w+$|\{suffix\}|^/(static|id|api|editor|healthz|readyz|metrics|update|graphs|contexts|schemas|openapi|generations|ogc/.*\{name\}\.gpkg|ldes|reconcile)|\{path:path\}|^/doc/?$|/chemin$|^/changes/|dessin|situation"
    )
    patterns = {
        route.path: re.compile(
            re.sub(r"\\?\{[^}]*\}", "[^/?]+", re.escape(route.path).replace(r"\{", "{").replace(r"\}", "}"))
            + r"(\?.*)?"
        )
        for route in _routes(application.create_app())
    }
    left = [
        path
        for path, pattern in patterns.items()
        if not files.search(path)
        and not path.startswith(elsewhere)
        and not any(pattern.fullmatch(one) for one in PAGES)
    ]
    assert left == []


def _routes(app: object) -> list[Any]:
    found: list[Any] = []
    for route in getattr(app, "routes", ()):
        inner = getattr(route, "original_router", None)
        if inner is not None:
            found += _routes(inner)
        elif "GET" in (getattr(route, "methods", None) or ()):
            found.append(route)
    return found


def test_the_switch_keeps_the_page_and_its_parameters(client: TestClient) -> None:
    assert (
        switch_language("/cartes", "indicator=jobs&lang=fr&sort=name", "fr")
        == "/cartes?indicator=jobs&sort=name&lang=en"
    )
    page = client.get("/recherche?q=essai&kind=acteurs", headers=HTML).text
    assert 'class="autre-langue" href="/recherche?q=essai&amp;kind=acteurs&amp;lang=en"' in page


def test_a_term_of_the_ontology_keeps_the_language(client: TestClient) -> None:
    answer = client.get("/def/Commune?lang=en", headers=HTML, follow_redirects=False)
    assert answer.headers["location"] == "/def/?lang=en#Commune"
    assert client.get("/id/territory/epci/299000001?lang=en", headers=HTML).url.params["lang"] == "en"


def test_links_and_forms_carry_a_language_only_when_the_address_asks_for_one(client: TestClient) -> None:
    asked = client.get("/?lang=en", headers=HTML).text
    assert 'href="/territoires?lang=en"' in asked
    assert '<input type="hidden" name="lang" value="en">' in asked
    assert 'href="/static/home.css"' in asked
    assert "lang=en" not in client.get("/", headers={**HTML, "Accept-Language": "en"}).text
    assert 'href="/territoires"' in client.get("/?lang=xx", headers=HTML).text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_in_a_language_is_the_same_page_with_the_language_in_its_links(
    client: TestClient, path: str
) -> None:
    """Where a language may go is known when a template is read: nothing of it is left, asked for or not."""
    plain = client.get(path, headers={**HTML, "Accept-Language": "en"}).text
    asked = client.get(f"{path}{'&' if '?' in path else '?'}lang=en", headers=HTML).text
    assert SLOT[0] not in plain + asked
    asking = re.findall(r'<form(?![^>]*method="post")', asked)  # a form that is sent is no address
    assert len(asking) <= asked.count('<input type="hidden" name="lang" value="en">') <= asked.count("<form")
    sent = re.findall(r'<form[^>]*method="post"[^>]*', asked)
    assert [one for one in sent if "lang=en" not in one] == []


def test_what_a_visitor_or_a_label_holds_is_no_place_of_a_language(client: TestClient) -> None:
    page = client.get("/recherche", params={"q": f"{SLOT[0]}i", "lang": "en"}, headers=HTML).text
    assert f'value="{SLOT[0]}i"' in page


def test_no_pattern_reads_what_was_rendered() -> None:
    """What a page shows is decided where it is rendered: no regular expression tells its marks apart."""
    folder = Path(application.__file__).parent
    patterns = [
        (path.name, node.value)
        for path in sorted(folder.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("re.")
        for node in ast.walk(call.args[0])
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    marks = re.compile(
        r"</?(?:a|form|svg|title|desc|p|div|span|td|tr|li|section)\b|(?:href|class|viewBox|data-t|aria-label)="
    )
    assert patterns
    assert [(name, one) for name, one in patterns if marks.search(one)] == []


def test_what_a_route_refuses_is_said_by_the_catalogues() -> None:
    """No route raises the framework's error, whose sentence has one language; `tests/words` checks that all have English."""
    folder = Path(application.__file__).parent
    raised = [
        f"{path.name}:{node.lineno}"
        for path in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "HTTPException"
        and len(node.args) > 1
    ]
    assert raised == []


@pytest.mark.long
def test_the_editor_of_queries_speaks_english_too(visit: Any) -> None:
    query = (
        "SELECT%20%3Ft%20%28COUNT%28*%29%20AS%20%3Fn%29%20WHERE%20%7B%3Fs%20a%20%3Ft%7D%20GROUP%20BY%20%3Ft"
    )
    visit.open(f"/sparql?lang=en&query={query}")
    visit.page.wait_for_selector(".yasr_results table")
    assert "lang=en" in visit.page.url  # the address it writes keeps the language
    for view in ("Chart", "Raw answer", "Table"):
        visit.page.get_by_role("button", name=view).first.click()
        visit.page.wait_for_timeout(200)
        left = french(visit.page.evaluate("document.documentElement.outerHTML"))
        assert left == []
    assert visit.complaints == []


@pytest.mark.parametrize(
    "path",
    ["/agenda?illustrative=true", "/acteurs/0383546Y", "/formations/parcoursup-09babf0f7d", "/strategies"],
)
def test_titles_of_sources_are_marked_french_on_an_english_page_alone(example: TestClient, path: str) -> None:
    french, english = (
        example.get(path, headers={**HTML, "Accept-Language": said}).text.partition("<main")[2]
        for said in ("fr", "en")
    )
    assert ' lang="fr"' not in french
    assert re.search(r'<(?:a|h1|td)[^>]* lang="fr">', english)
