"""One page that holds a network whole: style, library and data inside, no request to anywhere."""

from markupsafe import Markup

from ....graph.snapshots.snapshot import Snapshot
from ...render.rendering import STATIC, alone, sayings, script
from ...web.negotiation import Language
from .chain import KINDS, Chain
from .drawing import draw_chain


def graph_page(chain: Chain, snapshot: Snapshot, language: Language) -> str:
    """Write the self-contained page of a filière: summary, graph, table of members, source of the data."""
    drawing = draw_chain(chain, said=language)
    for node in drawing.nodes:
        node["page"] = (
            node["id"] if str(node["id"]).startswith(("http://", "https://")) and node["page"] else ""
        )
    return alone(
        "standalone.html",
        **sayings(language),
        chain=chain,
        members=chain.members,
        stages=dict(chain.stages),
        functions=dict(chain.functions),
        drawing=drawing,
        kinds={kind: (word[language], word.of(2)[language]) for kind, word in KINDS.items()},
        publication=snapshot,
        style=Markup(
            (STATIC / "tokens.css").read_text("utf-8") + (STATIC / "ancrage.css").read_text("utf-8")
        ),
        library=script("vendor/vis-network.min.js"),
        names=script("graph_names.js"),
        keys=script("graph_keys.js"),
        draw=script("graph.js"),
    )
