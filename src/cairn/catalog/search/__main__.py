"""Bring the search index up to date in a process of its own, or read for a build: python -m cairn.catalog.search (the site starts both)."""

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
