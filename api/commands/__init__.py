"""The commands of `ancrage`, a module a group: each registers its commands on `application.app` when it is imported."""

from . import (
    account,
    analysis,
    decisions,
    desk,
    dossier,
    edits,
    fetch,
    indicators,
    link,
    load,
    new,
    publish,
    read,
    scenario,
    serve,
    workbook,
)

__all__ = [
    "account",
    "analysis",
    "decisions",
    "desk",
    "dossier",
    "edits",
    "fetch",
    "indicators",
    "link",
    "load",
    "new",
    "publish",
    "read",
    "scenario",
    "serve",
    "workbook",
]
