"""Errors of writes as HTTP: the rows of the table in `problems` that only `/update` and `/graphs` need."""

from collections.abc import Callable, Mapping
from typing import Any

from ...graph.snapshots.durable import StoreBusy
from ...graph.updates.evaluation import GraphExists, UnknownGraph
from ...graph.updates.working_copy import LocalBlankNode, ProtectedGraph
from ...loaders.write.request import (
    DataSyntax,
    EditExhausted,
    EditFailed,
    EditTimeout,
    InvalidEdit,
    StorageFailed,
)
from ...loaders.write.writer import Outdated
from ..web.bodies import BodyTooLarge

_NOTHING = "Rien n’est changé."

WRITE_PROBLEMS: Mapping[type[Exception], tuple[int, Callable[[Any], dict[str, Any]]]] = {
    DataSyntax: (
        400,
        lambda e: {
            "title": "The body is not in its syntax",
            "detail_fr": f"Le corps n’est pas dans la syntaxe annoncée (ligne {e.line}, colonne {e.column}). {_NOTHING}",
            "line": e.line,
            "column": e.column,
        },
    ),
    ProtectedGraph: (
        403,
        lambda e: {
            "title": "This graph is not written by hand",
            "detail_fr": f"Le graphe {e.graph} ne se modifie pas à la main. {_NOTHING}",
            "graph": e.graph,
        },
    ),
    UnknownGraph: (
        404,
        lambda e: {
            "title": "No such graph",
            "detail_fr": f"La publication n’a pas de graphe {e.graph}.",
            "graph": e.graph,
        },
    ),
    LocalBlankNode: (
        409,
        lambda e: {
            "title": "Blank nodes of a source",
            "detail_fr": "L’écriture touche des nœuds anonymes d’une source, que rien ne désigne : donnez-leur des "
            f"adresses dans la source. {_NOTHING}",
            "graph": e.graph,
        },
    ),
    GraphExists: (
        409,
        lambda e: {
            "title": "The graph exists",
            "detail_fr": f"Le graphe {e.graph} existe déjà. {_NOTHING}",
            "graph": e.graph,
        },
    ),
    Outdated: (
        412,
        lambda e: {
            "title": "The graph has changed",
            "detail_fr": f"Le graphe n’est plus celui qui a été lu ; la publication est {e.snapshot}. {_NOTHING}",
            "snapshot": e.snapshot,
        },
    ),
    BodyTooLarge: (
        413,
        lambda e: {
            "title": "The body is too long",
            "detail": f"The body is longer than the limit of {e.limit} bytes.",
            "detail_fr": e.detail,
            "limit": e.limit,
        },
    ),
    InvalidEdit: (
        422,
        lambda e: {
            "title": "The graph would not conform to its shapes",
            "detail_fr": f"Rien n’est publié : {e.count} violation{'s' if e.count > 1 else ''} des formes SHACL ; "
            f"la première : {e.results[0]['focus']} — {e.results[0]['message.fr']}",
            "count": e.count,
            "violations": e.results,
        },
    ),
    EditExhausted: (
        422,
        lambda e: {
            "title": "The write needs too much",
            "detail_fr": f"L’écriture demande trop de mémoire ou a arrêté son processus. {_NOTHING}",
        },
    ),
    EditFailed: (
        422,
        lambda e: {
            "title": "The write failed",
            "detail": "the write could not be done",  # the reason may name files of ours: the log has it
            "detail_fr": f"L’écriture n’a pas pu être faite. {_NOTHING}",
        },
    ),
    StoreBusy: (
        503,
        lambda e: {
            "detail": "another writer is at work",
            "detail_fr": "Une autre écriture ou un chargement est en cours : réessayez dans quelques secondes.",
            "retry_after": 5,
        },
    ),
    StorageFailed: (
        507,
        lambda e: {
            "title": "The disk refuses the write",
            "detail_fr": f"Le disque refuse l’écriture ({e.strerror}, errno {e.errno}). {_NOTHING}",
            "errno": e.errno,
        },
    ),
    EditTimeout: (
        504,
        lambda e: {
            "title": "The write took too long",
            "detail_fr": f"L’écriture a été arrêtée après {e.deadline:g} s. {_NOTHING}",
            "limit": e.deadline,
        },
    ),
}
"""From errors of writes to HTTP: the status, and what the problem tells beside its sentence."""
