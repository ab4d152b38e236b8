"""Le guichet relance qui ne répond pas, puis demande au maire ce qu’il est advenu de sa demande ; chacun reçoit un vrai courriel.

La chargée du guichet dépose une offre, avec l’adresse à relancer. Le maire dépose une demande sans compte : son accusé de
réception arrive. Elle l’accepte et propose l’offre. Neuf jours plus tard elle lit ce qui serait envoyé, l’envoie, et rien ne part
deux fois. L’aide est proposée ; dix jours plus tard le maire reçoit une adresse, l’ouvre et donne son avis, qu’elle lit.
Vingt-six clics permis, des deux. L’heure seule est avancée : le serveur de courrier, les messages et les pages sont les vrais.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ancrage.api.desk import letters
from ancrage.loaders.operations.accounts import Accounts
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.store import Operations, utc

from ..api.desk.conftest import TABLES
from ..endpoints import free_port
from ..mailbox import Mailbox, mailbox
from ..pages import plain
from ..tables import load_tables
from .walk import SECRET, Walk

pytestmark = pytest.mark.browser
TYPE = "Diagnostic territorial"
OFFER = "Un diagnostic de centre-bourg par des étudiants"
__all__ = ["mailbox"]  # a fixture


@pytest.fixture(scope="module")
def site(
    mailbox: Mailbox,
    served: Callable[..., AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of a site that sends its messages by that server, and knows its own address."""
    folder, port = load_tables(tmp_path_factory.mktemp("reminders"), TABLES), free_port()
    store = Operations.open(folder)
    Accounts(store).add("nadia", Role.DESK, SECRET)
    store.close()
    settings: dict[str, Any] = {
        "smtp": f"smtp://127.0.0.1:{mailbox.port}",
        "sender": "guichet@example.org",
        "base_url": f"http://127.0.0.1:{port}",
        "read_ahead": False,
    }
    with served(folder, port=port, **settings) as address:
        yield address


def text_of(message: Any) -> str:
    told: str = message.get_content()
    return plain(told.replace("\r\n", "\n"))


def test_who_waits_is_reminded_and_who_asked_says_what_came_of_it(
    walk: Walk, visitor: Any, site: str, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def later(days: int) -> None:
        monkeypatch.setattr(letters, "now", lambda: utc(datetime.now(UTC) + timedelta(days=days)))

    walk.click("Demandes et offres", within=".menu")
    walk.click("Se connecter", within="main")
    walk.logs_in("nadia")
    walk.click("Offres", within="main")
    walk.click("Déposer une offre")
    walk.write("Ce que vous proposez", OFFER)
    walk.write("Qui propose", "Université Grenoble Alpes")
    walk.page.get_by_label("Type").first.select_option(label=TYPE)
    walk.write("Où ?", "Grenoble")
    walk.write("Demandes par mois au plus", "1")
    walk.write("Adresse pour les relances", "formation@example.org")
    walk.click("Déposer l’offre", "button")
    with visitor(viewport={"width": 390, "height": 844}) as page:  # a phone, with cookies of its own
        mayor = Walk(page, f"{site}/demandes")
        mayor.click("Déposer une demande", within="main")
        mayor.asks(TYPE)
        [(whom, receipt)] = mailbox.wait(1)
        assert whom == ["mairie@example.org"] and "/demandes/suivi/" in text_of(receipt)
    walk.click("Demandes et offres", within=".menu")
    walk.click("Tableau de bord", within="main")
    walk.click("Un diagnostic de notre centre-bourg", within="main")
    address = walk.page.url
    walk.write("Titre public", "Diagnostic du centre-bourg")
    walk.write("Nom public de la structure", "Mairie d’un quartier")
    walk.click("Accepter et chercher des candidats", "button")
    walk.page.locator("article").filter(has_text=OFFER).first.get_by_role("button", name="Proposer").click()
    walk.page.get_by_label("Passer à").first.select_option(label="En attente de réponse")
    walk.click("Enregistrer", "button", within="main")

    later(10)
    walk.click("Tableau de bord", within="main, .fil")
    walk.click("Messages", within="main")
    walk.click("Écrire ce qui est dû", "button")
    assert walk.reads("1 demande attend votre réponse") and walk.reads("à Université Grenoble Alpes")
    walk.unfold("1 demande attend votre réponse")
    assert walk.reads("« Diagnostic du centre-bourg » (Grenoble), depuis 10 jours")
    walk.click("Envoyer 1 message", "button")
    [_, (whom, reminder)] = mailbox.wait(2)
    assert whom == ["formation@example.org"] and "Diagnostic du centre-bourg" in text_of(reminder)
    assert "/demandes/suivi/" not in text_of(reminder)  # whose private address it is not
    walk.click("Écrire ce qui est dû", "button")
    assert walk.reads("Envoyer 0 message") and len(mailbox.messages) == 2  # never two in seven days

    walk.page.goto(address)
    for state in ("En cours de prise en charge", "Aide proposée"):
        walk.page.get_by_label("Passer à").first.select_option(label=state)
        walk.click("Enregistrer", "button", within="main")
    later(21)
    walk.page.goto(f"{site}/guichet/envois")
    walk.click("Écrire ce qui est dû", "button")
    assert walk.reads("Qu’est devenue votre demande ?")
    walk.click("Envoyer 1 message", "button")
    [*_, (whom, question)] = mailbox.wait(3)
    assert whom == ["mairie@example.org"]
    [private] = re.findall(r"https?://\S+", text_of(question))
    assert private not in walk.page.content()  # the desk reads the letter, not the private address
    with visitor(viewport={"width": 390, "height": 844}) as page:
        mayor = Walk(page, private)
        for asked, said in (("contacté", "Oui"), ("utile", "Oui")):
            page.get_by_role("group").filter(has_text=asked).get_by_label(said, exact=True).check()
        page.locator("[name=outcome]").first.check()
        mayor.click("Répondre", "button")
        assert mayor.reads("Merci : votre avis est compté.") and mayor.refused == []
    walk.page.goto(address)
    assert walk.reads("Cela vous a-t-il été utile ? Oui")
    walk.ends(26)
