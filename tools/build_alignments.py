"""Write ontology/alignments.ttl from the table of alignments."""

from ancrage.ontology.alignments import GRAPH, turtle

if __name__ == "__main__":
    GRAPH.write_text(turtle(), encoding="utf-8")
