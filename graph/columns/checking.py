"""Check of the columns of a snapshot: their manifest, their files, their triples beside those of the store."""

from __future__ import annotations

from pyoxigraph import Store

from ...words import N_, Spoken
from ..snapshots.artifacts import derived_folder
from ..snapshots.snapshot import Snapshot
from .building import digest_of
from .glance import COLUMNS
from .layout import BadColumns, read_manifest


def check(snapshot: Snapshot) -> list[Spoken]:
    """Tell what is wrong with the columns of a snapshot, a sentence each; nothing where it has none."""
    folder = derived_folder(snapshot) / COLUMNS
    if not folder.exists():
        return []
    try:
        manifest = read_manifest(folder, snapshot.id)
    except (BadColumns, FileNotFoundError) as error:
        return [N_("les colonnes ne se lisent pas ({reason})", reason=str(error))]
    found: list[Spoken] = [
        N_("le fichier {file} des colonnes a changé", file=str(folder / file.name))
        for file in manifest.files()
        if digest_of(folder / file.name) != file.sha256
    ]
    store = Store.read_only(str(snapshot.store))
    row = next(iter(store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")))  # type: ignore[arg-type]
    held, told = int(row["n"].value), sum(table.file.rows for table in manifest.tables.values())
    if held != told or held != manifest.triples:
        found.append(
            N_(
                "les colonnes ont {told} triplets, le graphe par défaut en a {held}",
                told=min(told, manifest.triples),
                held=held,
            )
        )
    return found
