"""Bring the search index up to date, or read for a build of it, in a process of its own: python -m cairn.catalog.indexing [read]

The site starts both by itself. The module stands outside the package it calls, which holds models: Django has to be ready first.
"""

import sys

import django
from django.conf import settings

READING = sys.argv[1:] == ["read"]
ROOMS = ("cairn.people", "django.contrib.auth", "django.contrib.contenttypes", "cairn.skills", "cairn.catalog")
"""The apps that reading needs: this room and those that it stands on. The others take as long again to start."""

if __name__ == "__main__":
    if READING:
        settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app in ROOMS]
    django.setup()
    from cairn.catalog.search import building, feeding

    if READING:
        answers, sys.stdout = sys.stdout.buffer, sys.stderr
        feeding.answer(sys.stdin.buffer.read(), answers)
    else:
        building.refresh()
