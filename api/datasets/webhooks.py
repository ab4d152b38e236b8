"""Addresses that are told of each publication: a signed POST, sent again later and later until it is taken.

Signed as Standard Webhooks says (https://www.standardwebhooks.com): `webhook-id`, `webhook-timestamp`, and `webhook-signature`,
the HMAC-SHA256 of the three parts `id.timestamp.body` under the secret of the address.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import logging
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ...graph.snapshots.durable import draft_of, hold_lock
from ...graph.snapshots.snapshot import Snapshot, Snapshots
from ...graph.sparql.federation import ServiceFailed
from ...graph.sparql.reasons import Reason, pack_reason, reason_text, unpack_reason
from ...graph.updates.differences import PUBLICATION
from ...words import N_, SentenceError
from ..precompute.watcher import Job
from ..sparql.federation import PinnedConnection, is_public

log = logging.getLogger(__name__)

FILE = "webhooks.json"
"""File of a data directory, for its owner alone, that holds the addresses and their secrets."""
DELAYS = (5, 30, 120, 600, 3600, 6 * 3600, 24 * 3600)
"""Seconds between one attempt and the next; after the last, the publication is given up."""
_SECONDS = 10.0
"""What one attempt may take."""
_SETTLED = 5.0
"""Seconds a publication must last before it is told: writes may come one after the other."""
_WAIT = 10.0


class WebhookError(SentenceError, ValueError):
    """An address that cannot be told of publications, or is not one of those that are."""

    code = "webhook"


@dataclass(frozen=True)
class Webhook:
    """An address that is told: its `url` and `secret`, the last `publication` told or given up, and what came of it.

    `state` is waiting, delivered, failing or abandoned; `due` is when it is tried again (seconds since 1970, 0: now).
    """

    id: str
    url: str
    secret: str
    created: str
    publication: str
    state: str = "waiting"
    attempts: int = 0
    due: float = 0.0
    reason: list[str] | str = ""
    """Why the last attempt failed (`pack_reason`)."""

    def to_dict(self, language: str) -> dict[str, object]:
        """Give what may be shown: all but the secret, the reason said in a language."""
        shown = {name: value for name, value in asdict(self).items() if name != "secret"}
        return shown | {"reason": reason_text(unpack_reason(self.reason))[language]}


def signature(secret: str, id: str, at: int, body: bytes) -> str:
    """Sign a message as Standard Webhooks says.

    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


class Webhooks:
    """The addresses of a data directory that are told of its publications."""

    def __init__(self, data_dir: Path, base: str = "", permitted: Callable[[str], bool] = is_public) -> None:
        self.path, self.base, self.permitted = data_dir / FILE, base, permitted
        self._snapshots = Snapshots(data_dir)
        self.job = Job("webhooks", lambda one: not self._due(one), self.deliver, _SETTLED)

    def all(self) -> list[Webhook]:
        """List the addresses, in the order they were added; raises WebhookError for a file that is no such list."""
        try:
            rows = json.loads(self.path.read_bytes())
            return [Webhook(**row) for row in rows]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError):
            raise WebhookError(
                N_("{file} n'est pas une liste d'adresses à prévenir.", file=str(self.path))
            ) from None

    def add(self, url: str) -> Webhook:
        """Add an address, with a new secret; raises WebhookError for one that is not HTTP(S), or not of the public internet."""
        try:
            with PinnedConnection(url, self.permitted, _SECONDS):
                pass
        except (ServiceFailed, OSError, ValueError) as error:
            raise WebhookError(
                N_("« {url} » ne peut être prévenu : {reason}.", url=url, reason=_why(error))
            ) from None
        current = self._snapshots.current()
        made = Webhook(
            id=secrets.token_hex(4),
            url=url,
            secret="whsec_" + base64.b64encode(secrets.token_bytes(24)).decode(),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            publication=current.id if current else "",
        )
        with self._changed() as hooks:
            hooks[made.id] = made
        return made

    def remove(self, id: str) -> None:
        """Remove an address; raises WebhookError for one that there is not."""
        with self._changed() as hooks:
            if hooks.pop(id, None) is None:
                raise WebhookError(N_("aucune adresse n'a l'identifiant « {id} ».", id=id))

    def deliver(self, snapshot: Snapshot) -> None:
        """Tell a publication to the addresses that do not know it and whose time has come, one attempt each."""
        for hook in self._due(snapshot):
            done = self._tried(hook, snapshot)
            with self._changed() as hooks:
                if hook.id in hooks:  # it may be removed meanwhile
                    hooks[hook.id] = done

    def _due(self, snapshot: Snapshot) -> list[Webhook]:
        with suppress(WebhookError):
            return [one for one in self.all() if one.publication != snapshot.id and one.due <= time.time()]
        return []

    def _tried(self, hook: Webhook, snapshot: Snapshot) -> Webhook:
        """Send one message; give what is known of its address afterwards."""
        try:
            self._send(hook, snapshot)
        except (ServiceFailed, OSError, http.client.HTTPException, ValueError) as error:
            why = _why(error)
            log.warning("publication %s was not told to webhook %s: %s", snapshot.id, hook.id, why)
            hook = replace(hook, reason=pack_reason(why))
            if hook.attempts >= len(DELAYS):
                return replace(hook, publication=snapshot.id, state="abandoned", attempts=0, due=0.0)
            due = time.time() + DELAYS[hook.attempts]
            return replace(hook, state="failing", attempts=hook.attempts + 1, due=due)
        return replace(hook, publication=snapshot.id, state="delivered", attempts=0, due=0.0, reason="")

    def _send(self, hook: Webhook, snapshot: Snapshot) -> None:
        body = json.dumps(self._message(hook, snapshot)).encode()
        id, at = f"{hook.id}-{snapshot.id}", int(time.time())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "ancrage",
            "Connection": "close",
            "webhook-id": id,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(hook.secret, id, at, body),
        }
        with PinnedConnection(hook.url, self.permitted, _SECONDS) as opened:
            opened.connection.request("POST", opened.path, body, headers)
            status = opened.connection.getresponse().status
        if not 200 <= status < 300:  # a redirection is not followed
            raise ServiceFailed(hook.url, Reason("status", str(status)))

    def _message(self, hook: Webhook, snapshot: Snapshot) -> dict[str, object]:
        """Say what was published, and where what changed since the publication told before is, while that one is kept."""
        before = hook.publication if hook.publication in {one.id for one in self._snapshots.list()} else None
        return {
            "type": "publication",
            "timestamp": snapshot.created.isoformat(),
            "data": {
                "id": snapshot.id,
                "iri": PUBLICATION + snapshot.id,
                "before": before,
                "changes": f"{self.base}/changes/{before}..{snapshot.id}.gz" if before else None,
                "dumps": f"{self.base}/dumps?format=json",
            },
        }

    @contextmanager
    def _changed(self) -> Iterator[dict[str, Webhook]]:
        """Give the addresses by identifier, and keep what is made of them, for the owner of the folder alone."""
        with hold_lock(self.path.with_name(f".{FILE}.lock"), _WAIT):
            hooks = {one.id: one for one in self.all()}
            yield hooks
            with draft_of(self.path) as draft:
                draft.touch(0o600)
                os.chmod(draft, 0o600)  # noqa: PTH101
                draft.write_text(
                    json.dumps([asdict(one) for one in hooks.values()], indent=1), encoding="utf-8"
                )


def _why(error: Exception) -> Reason:
    return error.reason if isinstance(error, ServiceFailed) else Reason("unreached", type(error).__name__)
