"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from cairn.skills import pages

app_name = "skills"
urlpatterns: list[URLPattern | URLResolver] = [
    path("occupations/", pages.occupations, name="occupations"),
    path("occupations/<str:code>/", pages.occupation, name="occupation"),
    path("skills/", pages.skills, name="skills"),
    path("skills/<int:pk>/", pages.skill, name="skill"),
    path("skills/<int:pk>/decisions/", pages.decide, name="decide"),
]
