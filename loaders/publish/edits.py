"""Edits on the disk: one folder a write, with the quads it added and removed.

Which ones are in force is told by the current snapshot, so that one swap of the pointer publishes data and edit.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ...graph.snapshots.durable import move_folder, replace_text, sync, sync_tree
from ...graph.snapshots.provenance import EditRecord
from ...graph.snapshots.snapshot import Snapshot, Snapshots, UnknownSnapshot
from ...graph.updates.patches import Patch, fold
from ...words import N_, SentenceError, Spoken

_DRAFT = ".draft-"
_DROPPED = "dropped"
_RECORD = "edit.json"
_INSTANT = "%Y%m%dT%H%M%S%fZ"
_ID = re.compile(r"[0-9]{8}T[0-9]{6}[0-9]{6}Z-[0-9a-f]{4}")


class UnknownEdit(SentenceError, LookupError):  # noqa: N818
    """No edit has this id; keeps `id`."""

    code = "unknown-edit"

    def __init__(self, id: str, reason: Spoken | None = None) -> None:
        why = reason or N_("aucune modification n'a cet identifiant")
        super().__init__(N_("modification « {id} » : {reason}.", id=id, reason=why))
        self.id = id


@dataclass(frozen=True)
class Edit:
    """One recorded write: its folder, with its record and its patch."""

    path: Path

    @property
    def id(self) -> str:
        """The id of the edit, sortable by time."""
        return self.path.name.removeprefix(_DRAFT)

    @property
    def record(self) -> EditRecord:
        """When, by what and how much was changed."""
        return EditRecord(**json.loads((self.path / _RECORD).read_text(encoding="utf-8")))

    @property
    def patch(self) -> Patch:
        """The quads added and removed."""
        return Patch.read(self.path)

    @property
    def dropped(self) -> bool:
        """Whether the edit was not in force when that was last looked at: dropped, or undone by a rollback."""
        return (self.path / _DROPPED).exists()


def write_edit(folder: Path, record: EditRecord, patch: Patch) -> None:
    """Write an edit into a new folder."""
    folder.mkdir()
    patch.write(folder)
    text = json.dumps(asdict(record), ensure_ascii=False, indent=1)
    (folder / _RECORD).write_text(text, encoding="utf-8")


class Edits:
    """The edits of a data directory; all but reading needs the writer's lock.

    An edit is a draft until the snapshot that has it is published. The rest of a writer that died before that
    is removed by `sweep`; the draft of one that died just after is kept.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Edits(Path(folder)).all()
    []
    """

    def __init__(self, data_dir: Path) -> None:
        self.root = data_dir / "edits"

    def all(self) -> list[Edit]:
        """Return all the edits, dropped or not, oldest first."""
        if not self.root.is_dir():
            return []
        return [Edit(path) for path in sorted(self.root.iterdir()) if _ID.fullmatch(path.name)]

    def get(self, id: str) -> Edit:
        """Return an edit, a draft included; raises UnknownEdit."""
        if _ID.fullmatch(id):
            for path in (self.root / id, self.root / f"{_DRAFT}{id}"):
                if (path / _RECORD).is_file():
                    return Edit(path)
        raise UnknownEdit(id)

    def in_force(self, snapshot: Snapshot | None) -> list[Edit]:
        """Return the edits that a snapshot has, in their order; without a snapshot, those that its notes tell.

        Raises UnknownEdit for one that the snapshot names and that is not there: it is not left out in silence.
        """
        if snapshot is None:
            return [edit for edit in self.all() if not edit.dropped]
        ids = snapshot.manifest.get("edits", [])
        try:
            return [self.get(id) for id in ids]
        except UnknownEdit as error:
            reason = N_(
                "la publication {snapshot} la nomme, et elle manque dans {folder}",
                snapshot=snapshot.id,
                folder=self.root,
            )
            raise UnknownEdit(error.id, reason) from None

    def next_id(self) -> str:
        """Return an id for a new edit, greater than all others even where the clock went back: ids give the order."""
        instant = datetime.now(UTC).replace(tzinfo=None)
        names = [path.name.removeprefix(_DRAFT) for path in self.root.glob("*")]
        if newest := max((name for name in names if _ID.fullmatch(name)), default=""):
            instant = max(instant, datetime.strptime(newest[:-5], _INSTANT) + timedelta(microseconds=1))
        return f"{instant:{_INSTANT}}-{secrets.token_hex(2)}"

    def add_draft(self, folder: Path, id: str) -> Edit:
        """Take over the folder of a new edit and put it on the disk."""
        self.root.mkdir(parents=True, exist_ok=True)
        path = self.root / f"{_DRAFT}{id}"
        move_folder(folder, path)
        sync_tree(path)
        sync(self.root)
        return Edit(path)

    def confirm(self, draft: Edit) -> Edit:
        """Keep a draft for good: a published snapshot has it."""
        path = self.root / draft.id
        draft.path.rename(path)
        sync(self.root)
        return Edit(path)

    def sweep(self, snapshots: Snapshots) -> None:
        """Keep the drafts that a snapshot has, remove the others."""
        drafts = [Edit(path) for path in self.root.glob(f"{_DRAFT}*")]
        if not drafts:
            return
        published = {id for snapshot in snapshots.list() for id in snapshot.manifest.get("edits", [])}
        for draft in drafts:
            if draft.id in published:
                self.confirm(draft)
            else:
                shutil.rmtree(draft.path, ignore_errors=True)

    def settle(self, snapshots: Snapshots) -> list[Edit]:
        """Return the edits in force in the current snapshot, and note which ones are not.

        What a writer that died left is settled first. The notes tell what is in force to who has no
        generation: a restored backup, or a directory whose generations were removed to be built anew.
        """
        self.sweep(snapshots)
        try:
            snapshot = snapshots.current()
        except UnknownSnapshot:
            snapshot = None
        found = self.in_force(snapshot)
        kept = {edit.id for edit in found}
        for edit in self.all():
            if edit.dropped == (edit.id in kept):
                self._note(edit, dropped=not edit.dropped)
        return found

    def _note(self, edit: Edit, *, dropped: bool) -> None:
        mark = edit.path / _DROPPED
        if dropped:
            replace_text(mark, "")
        else:
            mark.unlink(missing_ok=True)


def overlay(edits: Iterable[Edit]) -> Patch:
    """Return what edits say together: of a quad that several speak of, the last one decides."""
    return fold(edit.patch for edit in edits)
