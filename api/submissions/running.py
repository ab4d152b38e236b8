"""The workbooks handed in of an application: where they are, and what has each checked, or published, after the other."""

from __future__ import annotations

import json
import logging
import subprocess
import threading
from dataclasses import dataclass

from ...loaders.devices.publications import Publication
from ...loaders.operations import module_process
from ...loaders.operations.errand import Errand
from ...loaders.submissions.folder import UNDER_WAY, State, Submission, Submissions
from ...words import N_
from ..accounts.devices import Devices
from ..desk.room import Room, Work
from ..web.settings import Settings

log = logging.getLogger(__name__)
NAME = "submissions"
_INTERRUPTED = N_(
    "Le contrôle s’est interrompu. Déposez de nouveau ce classeur ; si cela recommence, prévenez qui tient ce service."
)
_UNSURE = N_(
    "La publication s’est interrompue : ces données sont peut-être publiées. Publiez-les de nouveau, ce qui ne change rien "
    "si elles le sont ; si cela recommence, prévenez qui tient ce service."
)


class Checker(Errand):
    """Has a process of its own check each workbook that waits, or publish it, the oldest first; erases those past their term.

    `steps` are what is being done with each, by id, in every language.
    """

    soon, most, every = 5.0, 600.0, 6 * 3600.0

    def __init__(self, submissions: Submissions, settings: Settings) -> None:
        self._submissions, self._settings = submissions, settings
        self.steps: dict[str, dict[str, str]] = {}
        self._process: subprocess.Popen[str] | None = None
        self._closing = threading.Event()
        super().__init__(NAME)

    def act(self) -> bool:
        """Do all that waits; tell whether nothing failed."""
        try:
            self._submissions.sweep()
            while not self._closing.is_set() and (one := self._next()) is not None:
                self._do(one)
        except OSError as error:
            log.warning("workbooks handed in are not checked: %s", error)
            return False
        return True

    def close(self) -> None:
        """Have no more done; what is under way is begun again by the next service."""
        self._closing.set()
        if (process := self._process) is not None:
            module_process.end(process)
        super().close()

    def _next(self) -> Submission | None:
        waiting = [one for one in self._submissions.all() if one.state in UNDER_WAY]
        return min(waiting, key=lambda one: one.at, default=None)

    def _do(self, one: Submission) -> None:
        told = {
            "data_dir": str(self._settings.data_dir),
            "id": one.id,
            "keep": self._settings.keep,
            "indicators": str(self._settings.indicators or ""),
        }
        with module_process.start("loaders.submissions.process") as process:
            self._process = process
            if self._closing.is_set():
                process.terminate()
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(json.dumps(told) + "\n")
            process.stdin.close()
            for line in process.stdout:
                self.steps[one.id] = json.loads(line)
        self.steps.pop(one.id, None)
        now = self._submissions.get(one.id)
        if now is not None and now.state is one.state and not self._closing.is_set():
            log.warning("%s: the process that checks it ended (%s)", one.id, process.returncode)
            if one.state is State.APPROVED:  # it may have been published: publishing it again changes nothing
                found = {"state": State.SOUND, "notes": (dict(_UNSURE), *now.notes)}
            else:
                found = {"state": State.REFUSED, "told": (dict(_INTERRUPTED),)}
            self._submissions.keep(now.model_copy(update=found))


@dataclass(frozen=True)
class SubmissionDesk(Work):
    """What the pages of workbooks work on."""

    submissions: Submissions
    checker: Checker

    def read(self) -> None:
        """Nothing is kept between requests."""

    def close(self) -> None:
        """End the thread of the checks."""
        self.checker.close()


def _make(devices: Devices, publication: Publication, settings: Settings) -> SubmissionDesk:
    submissions = Submissions(settings.data_dir)
    return SubmissionDesk(devices, publication, submissions, Checker(submissions, settings))


SUBMISSIONS = Room(NAME, _make, publishes=False)
