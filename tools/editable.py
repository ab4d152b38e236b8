"""Build hook: links under `.editable/ancrage/` for an editable install; compiled catalogues (`.mo`) in a wheel."""

import shutil
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class EditableLinks(BuildHookInterface):  # type: ignore[type-arg]
    """Recreate one symbolic link for each shipped folder and file when the install is editable."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Lay the links; for a wheel compile the catalogues, which a checkout reads as they are."""
        root = Path(self.root)
        if version != "editable":
            build_data["artifacts"] += [str(path.relative_to(root)) for path in compiled(root)]
            return
        package = root / ".editable" / "ancrage"
        if package.exists():
            shutil.rmtree(package)
        package.mkdir(parents=True)
        for name in self.build_config.target_config["only-include"]:
            (package / name).symlink_to(Path("..") / ".." / name)


def compiled(root: Path) -> list[Path]:
    """Compile the catalogues beside their sources; give the files written."""
    made = []
    for source in sorted((root / "words" / "locale").glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as file, source.with_suffix(".mo").open("wb") as out:
            write_mo(out, read_po(file))
        made.append(source.with_suffix(".mo"))
    return made
