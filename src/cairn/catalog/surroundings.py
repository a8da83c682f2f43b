"""What the processes that make the search index start with."""

import os

LARGE_PAGES = "glibc.malloc.hugetlb=1"
"""Makes memory come in large pages where the system has them: a build looks words up all over a gigabyte of it, and is a tenth quicker."""
PIECES_KEPT = "glibc.malloc.tcache_count=2000"
"""Has each thread keep more small pieces of memory for itself than seven of a size: what one thread reads another one gives back, thousands
of pieces at a time, and looking for them took a seventh of what reading takes.

The C library (2.35 or newer) reads both when a process starts; others pass over them.
"""


def surroundings(settings: str) -> dict[str, str]:
    """Return the environment of this process with the settings' module, and how memory is dealt with."""
    tuned = [one for one in (os.environ.get("GLIBC_TUNABLES"), LARGE_PAGES, PIECES_KEPT) if one]
    return {**os.environ, "DJANGO_SETTINGS_MODULE": settings, "GLIBC_TUNABLES": ":".join(tuned)}
