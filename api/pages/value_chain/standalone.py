"""One page that holds a network whole: style, library and data inside, no request to anywhere."""

from markupsafe import Markup

from ....graph.snapshots.snapshot import Snapshot
from ....words import SOURCE
from ...render.rendering import STATIC, alone, sayings, script
from .chain import KINDS, Chain
from .drawing import draw_chain


def graph_page(chain: Chain, snapshot: Snapshot) -> str:
    """Write the self-contained page of a filière: summary, graph, table of members, source of the data."""
    drawing = draw_chain(chain)
    for node in drawing.nodes:
        node["page"] = (
            node["id"] if str(node["id"]).startswith(("http://", "https://")) and node["page"] else ""
        )
    return alone(
        "standalone.html",
        **sayings(SOURCE),
        filiere=chain,
        membres=chain.members,
        etapes=dict(chain.stages),
        fonctions=dict(chain.functions),
        dessin=drawing,
        sortes={kind: (word[SOURCE], word.of(2)[SOURCE]) for kind, word in KINDS.items()},
        publication=snapshot,
        style=Markup(
            (STATIC / "tokens.css").read_text("utf-8") + (STATIC / "ancrage.css").read_text("utf-8")
        ),
        bibliotheque=script("vendor/vis-network.min.js"),
        noms=script("graph_names.js"),
        touches=script("graph_keys.js"),
        dessiner=script("graph.js"),
    )
