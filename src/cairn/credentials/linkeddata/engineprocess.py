"""The RDF engine alone in a process, to be killed when it takes too long: run as a program, never imported by others.

A request is a line ``HASH LENGTH`` and so many bytes of N-Quads, an answer a line ``LENGTH`` and so many bytes of canonical N-Quads, not
yet in order. The arguments are folders where Python finds packages. Anything that goes wrong here ends the process, which is an answer
as well.
"""

from __future__ import annotations

import sys
from typing import BinaryIO

MEMORY = 2 * 1024 * 1024 * 1024


def _bound() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _serve(asked: BinaryIO, told: BinaryIO) -> None:
    import pyoxigraph  # only now is it known where it lies

    for line in iter(asked.readline, b""):
        name, length = line.split()
        quads = pyoxigraph.parse(asked.read(int(length)), format=pyoxigraph.RdfFormat.N_QUADS, rename_blank_nodes=False)
        dataset = pyoxigraph.Dataset(quads)
        kind = "RDFC_1_0_SHA_384" if name == b"sha384" else "RDFC_1_0_SHA_256"
        dataset.canonicalize(getattr(pyoxigraph.CanonicalizationAlgorithm, kind))
        made = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b""
        told.write(b"%d\n" % len(made) + made)
        told.flush()


if __name__ == "__main__":
    _bound()
    sys.path.extend(folder for folder in sys.argv[1:] if folder not in sys.path)
    _serve(sys.stdin.buffer, sys.stdout.buffer)
