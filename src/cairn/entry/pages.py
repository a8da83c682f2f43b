"""The front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Say what Cairn is for and lead each kind of person to their place."""
    return render(request, "entry/home.html")
