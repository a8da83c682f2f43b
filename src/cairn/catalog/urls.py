"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from cairn.catalog import pages

app_name = "catalog"

desk = "desk/provider/definitions/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("catalogue/", pages.search, name="search"),
    path("catalogue/<slug:slug>/", pages.credential, name="credential"),
    path("catalogue/<slug:slug>/versions/<int:number>/", pages.credential, name="credential_version"),
    path("compare/", pages.compare, name="compare"),
    path("compare/table.csv", pages.compare_csv, name="compare_csv"),
    path("providers/<slug:slug>/", pages.provider, name="provider"),
    path(desk, pages.author_definitions, name="author_definitions"),
    path(desk + "new/", pages.author_new, name="author_new"),
    path(desk + "<int:pk>/", pages.author_definition, name="author_definition"),
    path(desk + "<int:pk>/edit/", pages.author_edit, name="author_edit"),
    path(desk + "<int:pk>/rule/", pages.rule_builder, name="rule"),
    path(desk + "<int:pk>/rule/rule.json", pages.rule_document, name="rule_document"),
    path(desk + "<int:pk>/steps/", pages.author_step, name="author_step"),
    path(desk + "<int:pk>/offers/", pages.author_offer, name="author_offer"),
    path(desk + "skills/", pages.author_skills, name="author_skills"),
    path(desk + "completeness/", pages.author_completeness, name="author_completeness"),
]
