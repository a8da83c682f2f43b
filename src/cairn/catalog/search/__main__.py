"""Bring the search index up to date in a process of its own: python -m cairn.catalog.search (the site starts it by itself)."""

import django

if __name__ == "__main__":
    django.setup()
    from cairn.catalog.search.building import refresh

    refresh()
