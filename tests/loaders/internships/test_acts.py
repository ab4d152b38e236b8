"""Posts and wishes as acts keep them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from ancrage.graph.internships.posts import Post
from ancrage.loaders.desk.acts import AlreadyStands
from ancrage.loaders.internships.acts import Acts
from ancrage.loaders.internships.ledger import Internships
from ancrage.loaders.operations.store import Operations

POST = Post("", "Des haies", "interaction-type/internship", "La ferme", "territory/commune/38269")
DAY = "2026-11-30"


def test_the_same_post_filed_at_one_instant_under_two_keys_stands_once(tmp_path: Path) -> None:
    store = Operations.open(tmp_path)
    acts, together = Acts(store), Barrier(2)

    def file(key: str) -> str:
        together.wait(20)
        try:
            return acts.file("pia", POST, Internships(store), DAY, key=key)
        except AlreadyStands as error:
            return f"after {error.id}"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(file, ("a", "b")), reverse=True)
    assert [one.startswith("post/") for one in told] == [True, False] and told[1] == f"after {told[0]}"
    acts.end(told[0], 1, "pia")
    assert acts.file("pia", POST, Internships(store), DAY, key="c") != told[0]
    with pytest.raises(AlreadyStands, match="Rien n’est doublé"):
        acts.file("pia", POST, Internships(store), DAY, key="d")
    assert acts.file("pia", POST, Internships(store), DAY, key="c").startswith("post/"), (
        "sent again, it counts once"
    )
    store.close()
