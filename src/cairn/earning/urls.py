"""Addresses of this room."""

from django.urls import URLPattern, URLResolver

app_name = "earning"
urlpatterns: list[URLPattern | URLResolver] = []
