"""Bring the search index up to date, or read for a build of it, in a process of its own: python -m cairn.catalog.indexing [read]

The site starts both by itself. The module stands outside the package it calls, which holds models: Django has to be ready first.
"""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from cairn.catalog.search import building, feeding

    if sys.argv[1:] == ["read"]:
        answers, sys.stdout = sys.stdout.buffer, sys.stderr
        feeding.answer(sys.stdin.buffer.read(), answers)
    else:
        building.refresh()
