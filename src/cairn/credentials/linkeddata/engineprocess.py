"""The RDF engine alone in a process, to be killed when it takes too long.

Run as a program, a request is a line ``HASH LENGTH [SENTINEL=TAG,…]`` and so many bytes of N-Quads, an answer a line ``LENGTH`` and so many
bytes of canonical N-Quads, not yet in order. The sentinels stand for language tags with capitals, which the engine does not read in
N-Quads (:mod:`tags`). The arguments are folders where Python finds packages. Anything that goes wrong here ends the process, which is an
answer as well. Nothing of Cairn is imported here, so that the process starts at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pyoxigraph import Literal

MEMORY = 2 * 1024 * 1024 * 1024


def literals_as_written(wanted: Sequence[tuple[str, str]]) -> list[Literal]:
    """Return a literal for each (text, well-formed language tag), its tag written with the capitals it has.

    The engine takes tags as they are where it reads JSON-LD without checking them. Raises ValueError if it does so no more.
    """
    import pyoxigraph  # a program knows only now where it lies

    texts = [{"@value": text, "@language": tag} for text, tag in wanted]
    document = json.dumps({"@id": "urn:x:s", "urn:x:p": texts}).encode()
    read = pyoxigraph.parse(document, format=pyoxigraph.RdfFormat.JSON_LD, lenient=True)
    made = [quad.object for quad in read]
    if [(one.value, one.language) for one in made if isinstance(one, pyoxigraph.Literal)] != list(wanted):
        raise ValueError("the engine has changed")
    return [one for one in made if isinstance(one, pyoxigraph.Literal)]


def _bound() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _serve(asked: BinaryIO, told: BinaryIO) -> None:
    import pyoxigraph  # only now is it known where it lies

    for line in iter(asked.readline, b""):
        name, length, *tags = line.decode().split()
        quads = list(
            pyoxigraph.parse(asked.read(int(length)), format=pyoxigraph.RdfFormat.N_QUADS, rename_blank_nodes=False)
        )
        if tags:
            known = dict(pair.split("=") for pair in tags[0].split(","))
            spoken = [one.object for one in quads if getattr(one.object, "language", None) in known]
            made = dict(
                zip(spoken, literals_as_written([(one.value, known[one.language]) for one in spoken]), strict=True)
            )
            quads = [
                pyoxigraph.Quad(one.subject, one.predicate, made.get(one.object, one.object), one.graph_name)
                for one in quads
            ]
        dataset = pyoxigraph.Dataset(quads)
        kind = "RDFC_1_0_SHA_384" if name == "sha384" else "RDFC_1_0_SHA_256"
        dataset.canonicalize(getattr(pyoxigraph.CanonicalizationAlgorithm, kind))
        written = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b""
        told.write(b"%d\n" % len(written) + written)
        told.flush()


if __name__ == "__main__":
    _bound()
    sys.path.extend(folder for folder in sys.argv[1:] if folder not in sys.path)
    _serve(sys.stdin.buffer, sys.stdout.buffer)
