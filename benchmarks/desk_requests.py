"""Precision among the first five offers that the desk's rules give for 120 labelled requests, beside plain full text.

Usage: python benchmarks/desk_requests.py DATA_DIR [--half even|odd|all] [--labels first|second] [--misses] [--json]

The graph of DATA_DIR gives territories, families of interactions and filières; requests and offers are those of
`tests/data/desk`. Full text is BM25 over the same offers (title, who offers, type, filière) by SQLite, without accents, and by
the engine and the French stems of the project's finder; both are asked with the words of the request. Intervals: percentiles of
10,000 resamplings of the requests, pairs kept (seed 1). The requests are labelled twice; how far both labellings agree is told
first (Cohen's kappa over the pairs of a request and an offer).
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy
from ancrage.graph.region.text import STEMMED, asked_words, fold, prepare_text, stemmer
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.suggestions.requests import chain_titles
from ancrage.loaders.desk.candidates import candidates
from ancrage.loaders.desk.ledger import Ledger, Need, Offer
from ancrage.loaders.desk.states import NeedState
from ancrage.ontology.labels import Term

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "desk"
FIRST = 5
DAY = "2026-11-28"
Answer = Callable[["Request"], list[str]]


@dataclass(frozen=True)
class Request:
    """A labelled request; `right` are the offers that answer it."""

    id: str
    words: str
    need: Need
    right: frozenset[str]


def read_offers(folder: Path = FOLDER) -> tuple[list[Offer], dict[str, set[str]]]:
    """Read the offers, and those of each topic."""
    offers, topics = [], dict[str, set[str]]()
    with (folder / "offers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            topics.setdefault(row["topic"], set()).add(row["id"])
            offers.append(
                Offer(
                    row["id"],
                    organization=f"organization/{row['id']}",
                    name=row["organization"],
                    title=row["title"],
                    type=f"interaction-type/{row['type']}",
                    about=(f"value-chain/{row['about']}",) if row["about"] else (),
                    territory=f"territory/{row['where']}",
                    mode=f"attendance-mode/{row['mode']}",
                )
            )
    return offers, topics


def read_requests(topics: dict[str, set[str]], labels: str = "first", folder: Path = FOLDER) -> list[Request]:
    """Read the requests, with the offers that are right by the first labelling (of topics) or the second (of offers)."""
    found = []
    with (folder / "second.csv").open(encoding="utf-8", newline="") as file:
        second = {row["id"]: frozenset(row["offers"].split()) for row in csv.DictReader(file)}
    with (folder / "requests.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            need = Need(
                f"need/{row['id']}",
                stage=NeedState.PREPARING,
                type=f"interaction-type/{row['type']}" if row["type"] else "",
                about=(f"value-chain/{row['about']}",) if row["about"] else (),
                territory=f"territory/{row['where']}",
                mode=f"attendance-mode/{row['mode']}" if row["mode"] else "",
            )
            first = frozenset(id for topic in row["topics"].split() for id in topics[topic])
            right = first if labels == "first" else second[row["id"]]
            found.append(Request(row["id"], row["words"], need, right))
    return found


def by_rules(view: RegionView, offers: list[Offer]) -> Answer:
    """Answer by the rules of the desk."""
    ledger = Ledger(None)  # type: ignore[arg-type]
    for offer in offers:
        ledger.put_offer(offer)

    def answer(request: Request) -> list[str]:
        found = candidates(view, ledger, request.need, request.words, DAY)
        return [one.offer for one in found if one.offer][:FIRST]

    return answer


def said(view: RegionView, offer: Offer) -> str:
    """Give the text of an offer that full text looks at."""
    titles = chain_titles(view)
    about = " ".join(titles.get(one, "") for one in offer.about)
    return f"{offer.title} {offer.name} {Term.of(offer.type)['fr']} {about}"


def by_sqlite(view: RegionView, offers: list[Offer]) -> Answer:
    """Answer by SQLite's full text and its BM25, words as they stand but for their accents."""
    base = sqlite3.connect(":memory:")
    base.execute(
        "CREATE VIRTUAL TABLE offers USING fts5(id UNINDEXED, text, tokenize = 'unicode61 remove_diacritics 2')"
    )
    base.executemany("INSERT INTO offers VALUES (?, ?)", [(one.id, said(view, one)) for one in offers])

    def answer(request: Request) -> list[str]:
        asked = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", request.words))
        rows = base.execute(
            "SELECT id FROM offers WHERE offers MATCH ? ORDER BY rank, id LIMIT ?", (asked, FIRST)
        )
        return [id for (id,) in rows]

    return answer


def by_stems(view: RegionView, offers: list[Offer]) -> Answer:
    """Answer by the engine and the French stems of the project's finder; words that tell nothing left out."""
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("text", tokenizer_name=STEMMED)
    index = tantivy.Index(schema.build())
    index.register_tokenizer(STEMMED, stemmer())
    writer = index.writer(15_000_000, 1)
    for offer in offers:
        writer.add_document(tantivy.Document(id=offer.id, text=prepare_text(said(view, offer))))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def answer(request: Request) -> list[str]:
        asked = prepare_text(" ".join(fold(word) for word in asked_words(request.words)))
        query = index.parse_query(re.sub(r"[^\w ]", " ", asked), ["text"])
        return [searcher.doc(at)["id"][0] for _, at in searcher.search(query, FIRST).hits]

    return answer


def precision(answer: Answer, requests: list[Request]) -> np.ndarray:
    """Give the share of the first five that are right, a request each; what is not answered is not right."""
    return np.array(
        [len(request.right.intersection(answer(request)[:FIRST])) / FIRST for request in requests]
    )


def interval(values: np.ndarray) -> tuple[float, float]:
    """Give the 95 % interval of a mean by resampling."""
    chance = np.random.default_rng(1)
    means = values[chance.integers(0, len(values), (10_000, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def agreement(after: int = 0) -> dict[str, object]:
    """Compare both labellings over the pairs of an offer and a request whose number is above `after`."""
    offers, topics = read_offers()
    sides = [
        {
            (request.id, id)
            for request in read_requests(topics, labels)
            if int(request.id[1:]) > after
            for id in request.right
        }
        for labels in ("first", "second")
    ]
    both, pairs = len(sides[0] & sides[1]), (120 - after) * len(offers)
    shares = [len(side) / pairs for side in sides]
    same = 1 - len(sides[0] ^ sides[1]) / pairs
    chance = shares[0] * shares[1] + (1 - shares[0]) * (1 - shares[1])
    return {
        "requests": 120 - after,
        "right by the first": len(sides[0]),
        "right by the second": len(sides[1]),
        "right by both": both,
        "kappa": round((same - chance) / (1 - chance), 3),
    }


def measure(view: RegionView, half: str = "even", labels: str = "first") -> dict[str, object]:
    """Measure the systems on a half of the requests (or all), and the rules against each full text."""
    offers, topics = read_offers()
    requests = [
        one
        for one in read_requests(topics, labels)
        if half == "all" or int(one.id[1:]) % 2 == (half == "odd")
    ]
    systems = {
        "rules": by_rules(view, offers),
        "full text (SQLite, BM25)": by_sqlite(view, offers),
        "full text (stems, BM25)": by_stems(view, offers),
    }
    scores = {name: precision(answer, requests) for name, answer in systems.items()}
    made: dict[str, object] = {
        "requests": len(requests),
        "a perfect order": round(float(np.mean([min(len(one.right), FIRST) / FIRST for one in requests])), 3),
    }
    for name, values in scores.items():
        low, high = interval(values)
        made[name] = {
            "precision": round(float(values.mean()), 3),
            "interval": [round(low, 3), round(high, 3)],
        }
        if name != "rules":
            more = scores["rules"] - values
            low, high = interval(more)
            made[f"rules above {name}"] = {
                "points": round(100 * float(more.mean()), 1),
                "interval": [round(100 * low, 1), round(100 * high, 1)],
            }
    return made


def misses(view: RegionView) -> None:
    """Print the requests of the tuning half whose first five hold no right offer, or fewer than full text's."""
    offers, topics = read_offers()
    named = {offer.id: offer for offer in offers}
    rules, plain = by_rules(view, offers), by_stems(view, offers)
    for request in read_requests(topics):
        if int(request.id[1:]) % 2 == 0:
            continue
        mine, theirs = rules(request), plain(request)
        if len(request.right.intersection(mine)) < max(1, len(request.right.intersection(theirs))):
            print(f"{request.id} {request.words} [{request.need.type}] right: {sorted(request.right)}")
            for id in mine:
                print(f"   {'+' if id in request.right else '-'} {id} {named[id].title} [{named[id].type}]")
            print("   full text:", theirs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path)
    parser.add_argument("--half", choices=("even", "odd", "all"), default="even")
    parser.add_argument("--labels", choices=("first", "second"), default="first")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with LocalReader.current(asked.data) as reader:
        view = RegionView.of(reader)
        if asked.misses:
            misses(view)
            return
        made = {
            "agreement of both labellings": agreement(),
            "agreement where the second was blind": agreement(29),
            **measure(view, asked.half, asked.labels),
        }
    if asked.json:
        print(json.dumps(made, ensure_ascii=False, indent=1))
        return
    for name, figures in made.items():
        print(f"{name}: {figures}")


if __name__ == "__main__":
    main()
