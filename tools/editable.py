"""Build hook: lay links under `.editable/ancrage/` so that an editable install imports as `ancrage`."""

import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class EditableLinks(BuildHookInterface):  # type: ignore[type-arg]
    """Recreate one symbolic link for each shipped folder and file when the install is editable."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Lay the links; do nothing for a standard wheel."""
        if version != "editable":
            return
        root = Path(self.root)
        package = root / ".editable" / "ancrage"
        if package.exists():
            shutil.rmtree(package)
        package.mkdir(parents=True)
        for name in self.build_config.target_config["only-include"]:
            (package / name).symlink_to(Path("..") / ".." / name)
