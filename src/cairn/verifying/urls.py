"""Addresses of this room."""

from django.urls import URLPattern, URLResolver

app_name = "verifying"
urlpatterns: list[URLPattern | URLResolver] = []
