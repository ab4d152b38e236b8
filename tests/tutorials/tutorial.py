"""What a tutorial asks of its reader, step by step, and a reader who does it and looks whether what is told is seen.

A tutorial writes **what is clicked** in bold, `what is typed` after it as code, « what is seen » in quotes, and gives
addresses of a service at `http://127.0.0.1:8000`. A block `sh` or `python` is run; a block `text` that follows is what it
shows, `…` standing for whatever stands there; any other block is a file, whose name is in the line before.
"""

from __future__ import annotations

import ast
import io
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.request import urlopen

from ..endpoints import free_port

Kind = Literal["open", "click", "type", "see", "run", "show", "file"]
SITE = "http://127.0.0.1:8000"
SERVICE = "ancrage serve\n"
"""The block that starts the service, which goes on while the next are typed."""
PROXY = "127.0.0.1:8080"
ROLES = ("link", "button", "tab", "checkbox", "radio")
FILES = re.compile(
    r"\.(pdf|docx|xlsx|csv|ics|zip|json|svg|png|ttl|nt|gz)(\?|$)|[?&]format=(pdf|docx|xlsx|csv)"
)
PATIENCE_S = 180.0
"""How long a reader waits for what is told: a busy machine takes its time; what never comes fails all the same."""

FENCE = re.compile(
    r"(?:`(?P<name>[^`\n]+)`\s?:\n\n)?^```(?P<of>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
ACTS = re.compile(
    rf"(?P<open>(?<=[(<]){re.escape(SITE)}[^)>\s]*)"
    r"|\*\*(?P<label>[^*]+)\*\*(?:\s?: (?:`(?P<typed>[^`]+)`))?"
    r"|[«“]\s?(?P<see>[^»”]+?)\s?[»”]"
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One act of the reader: what kind, what it is about, and the text that is typed, run or written."""

    kind: Kind
    about: str
    text: str = ""


def steps(page: str) -> list[Step]:
    """Give the acts of a tutorial from its first numbered heading on, in order.

    >>> [one.kind for one in steps("## 1. A\\n\\nOpen <http://127.0.0.1:8000/a>, **Where?**: `Die`, **Search**: “Die”.")]
    ['open', 'type', 'click', 'see']
    """
    page = page[page.index("\n## 1. ") if "\n## 1. " in page else 0 :]
    made: list[Step] = []
    at = 0
    for fence in FENCE.finditer(page):
        made += _acts(page[at : fence.start()])
        at = fence.end()
        of, body = fence["of"], fence["body"]
        if of in ("sh", "python"):
            made.append(Step("run", of, body))
        elif of == "text":
            made.append(Step("show", of, body))
        else:
            assert fence["name"], f"no line before says the name of this file:\n{body}"
            made.append(Step("file", fence["name"], body))
    return [*made, *_acts(page[at:])]


def _acts(prose: str) -> Iterator[Step]:
    for act in ACTS.finditer(" ".join(prose.split())):
        if act["open"]:
            yield Step("open", act["open"].removeprefix(SITE))
        elif act["see"]:
            yield Step("see", act["see"])
        elif act["typed"]:
            yield Step("type", act["label"], act["typed"])
        else:
            yield Step("click", act["label"])


def plain(text: str) -> str:
    """Give a text as a person compares it: neither case, kinds of space and of apostrophe, nor marks of emphasis."""
    return " ".join(text.replace("’", "'").split()).casefold()


def holds(text: str, told: str) -> bool:
    """Tell whether a text has what is told, `…` standing for anything.

    >>> holds("Communes : 8 298 (2026)", "communes : … (2026)"), holds("Communes", "départements")
    (True, False)
    """
    pattern = ".*?".join(re.escape(part.strip()) for part in plain(told).split("…"))
    return re.search(pattern, plain(text)) is not None


def environment(**more: str) -> dict[str, str]:
    """Give the environment of a terminal where the commands of this installation are found."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin"])
    return {**os.environ, "PATH": path, "COLUMNS": "120", "NO_COLOR": "1", **more}


@contextmanager
def running(folder: Path, port: int) -> Iterator[None]:
    """Run the service as its block says, at a port of this test, until it answers; stop it at the end."""
    settings = environment(
        ANCRAGE_PORT=str(port), ANCRAGE_READ_AHEAD="false", ANCRAGE_DEADLINE=str(PATIENCE_S)
    )
    with (
        (folder / "service.log").open("w") as log,
        subprocess.Popen(shlex.split(SERVICE), cwd=folder, env=settings, stdout=log, stderr=log) as process,
    ):
        try:
            answers(f"http://127.0.0.1:{port}/readyz", process)
            yield
        finally:
            process.terminate()


def answers(address: str, process: subprocess.Popen[Any]) -> None:
    """Wait until an address answers; fails where the process that should answer has ended."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        assert process.poll() is None, "the service ended"
        with suppress(OSError), urlopen(address) as answer:
            assert answer.status == 200
            return
        time.sleep(0.2)
    raise TimeoutError(address)


@dataclass
class Reader:
    """A reader: a folder where commands are typed, and a page of Chromium."""

    folder: Path
    page: Any = None
    site: str = SITE
    password: str = ""
    typed: bool = False
    """Whether what was done last was typed, so that what is told is in what it wrote, not on the page."""
    shown: str = ""
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})
    proxy: str = field(default_factory=lambda: f"127.0.0.1:{free_port()}")
    services: ExitStack = field(default_factory=ExitStack)

    def follow(self, tutorial: str) -> list[Step]:
        """Do what a tutorial says, to its end; give the acts. An act that cannot be done, or a thing that is not seen, fails."""
        done = steps(tutorial)
        for number, step in enumerate(done):
            try:
                if step.kind in ("run", "open", "click", "type"):
                    self.typed = step.kind == "run"
                getattr(self, f"_{step.kind}")(step)
            except BaseException as error:
                error.add_note(
                    f"act {number + 1} of {len(done)}: {step}" + (f" at {self.page.url}" if self.page else "")
                )
                raise
        return done

    def _open(self, step: Step) -> None:
        answer = self.page.goto(self.site + step.about)
        assert answer.ok, answer.status

    def _click(self, step: Step) -> None:
        place = self._place(step.about)
        address = place.get_attribute("href") or ""
        if FILES.search(address) or place.get_attribute("download") is not None:
            answer = self.page.request.get(place.evaluate("(one) => one.href"))
            assert answer.ok and answer.body(), answer.status
            return
        place.click()
        self.page.wait_for_load_state()

    def _type(self, step: Step) -> None:
        place = self.page.get_by_label(step.about).locator("visible=true").first
        kind = place.evaluate("(one) => one.tagName + ' ' + (one.getAttribute('type') || '')").lower()
        if kind.startswith("select"):
            place.select_option(label=step.text)
        elif kind == "input password":
            place.fill(self.password)
        elif kind == "input date":  # « in two months »: a tutorial is of no year
            place.fill(f"{date.today() + timedelta(days=60)}")
        else:
            place.fill(step.text)

    def _see(self, step: Step) -> None:
        if self.typed:
            assert holds(self.shown, step.about), f"not shown: {step.about}\n{self.shown}"
            return
        seen = self._until(
            lambda: (text := self.page.locator("body").inner_text()) and holds(text, step.about) and text
        )
        assert seen, f"not seen: {step.about}\n{self.page.locator('body').inner_text()}"

    def _place(self, name: str) -> Any:
        """Find what is clicked: by its whole name first, in the body of the page before its head and foot."""

        words = (
            re.sub("['’]", "['’]", re.escape(name))
            .replace(r"\ ", r"\s")
            .replace("/", "[/]")
            .replace("…", ".*")
        )
        whole, part = (
            re.compile(rf"^\s*{words}\s*$"),
            re.compile((r"\b" if name[0].isalnum() else "") + words, re.IGNORECASE),
        )

        def seen() -> Any:
            for pattern in (whole, part):
                for within in ("main", "body"):
                    room = self.page.locator(within).first
                    for role in ROLES:
                        found = room.get_by_role(role, name=pattern).locator("visible=true")
                        if found.count():
                            return found.first
                    found = room.locator("summary:visible, label:visible").filter(has_text=pattern)
                    if found.count():
                        return found.first
            return None

        place = self._until(seen)
        assert place is not None, f"nothing to click has this name: {name}"
        return place

    @staticmethod
    def _until(look: Any) -> Any:
        end = time.monotonic() + PATIENCE_S
        while not (found := look()) and time.monotonic() < end:
            time.sleep(0.1)
        return found

    def _run(self, step: Step) -> None:
        if step.text == SERVICE:
            self.site = f"http://127.0.0.1:{(port := free_port())}"
            self.services.enter_context(running(self.folder, port))
        elif step.about == "sh":
            self._typed(self._here(step.text))
        else:
            self._executed(step.text)

    def _here(self, text: str) -> str:
        """Give a text with the addresses that the service and its proxy have in this test."""
        return text.replace(SITE, self.site).replace(PROXY, self.proxy)

    def _typed(self, text: str) -> None:
        """Run lines of a shell in the folder; what they write on both outputs is shown."""
        line = ["bash", "-euo", "pipefail", "-c", text]
        done = subprocess.run(
            line,
            cwd=self.folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
        )
        expected = {int(one) for one in re.findall(r"# code (\d)", text)} or {0}
        assert done.returncode in expected, f"{text}: {done.returncode}\n{done.stdout}"
        self.shown = done.stdout

    def _executed(self, text: str) -> None:
        """Run lines of Python as a session does: what stands alone is shown."""
        heard = io.StringIO()
        with redirect_stdout(heard), chdir(self.folder):
            for statement in ast.parse(text).body:
                exec(compile(ast.Interactive([statement]), "tutorial", "single"), self.names)
        self.shown = heard.getvalue()

    def _show(self, step: Step) -> None:
        for line in step.text.splitlines():
            assert line.strip("… ") == "" or holds(self.shown, line), f"not shown: {line}\n{self.shown}"

    def _file(self, step: Step) -> None:
        path = self.folder / step.about
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._here(step.text), encoding="utf-8")
