"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from cairn.catalog import pages

app_name = "catalog"

desk = "desk/provider/definitions/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("catalogue/", pages.search, name="search"),
    path("catalogue/<slug:slug>/", pages.credential, name="credential"),
    path("catalogue/<slug:slug>/versions/<int:number>/", pages.credential, name="credential_version"),
    path("catalogue/<slug:slug>/as/<slug:name>/", pages.export_one, name="export_one"),
    path("exports/", pages.exports, name="exports"),
    path("exports/<slug:name>/", pages.export, name="export"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
    path("sitemap-<slug:kind>-<int:number>.xml", pages.sitemap_chunk, name="sitemap_part"),
    path("feed.atom", pages.feed, name="feed"),
    path("robots.txt", pages.robots, name="robots"),
    path("compare/", pages.compare, name="compare"),
    path("compare/table.csv", pages.compare_csv, name="compare_csv"),
    path("compare/comparison.json", pages.compare_json, name="compare_json"),
    path("compare/comparison.pdf", pages.compare_pdf, name="compare_pdf"),
    path("providers/<slug:slug>/", pages.provider, name="provider"),
    path("providers/<slug:slug>/completeness/", pages.provider_completeness, name="provider_completeness"),
    path("providers/<slug:slug>/completeness.csv", pages.provider_completeness_csv, name="provider_completeness_csv"),
    path("catalogue/<slug:slug>/return/", pages.credential_return, name="credential_return"),
    path("catalogue/<slug:slug>/credibility/", pages.credibility, name="credibility"),
    path("catalogue/<slug:slug>/credibility/judge/", pages.judge, name="judge"),
    path("credibility/", pages.rubric, name="rubric"),
    path("credibility/rubric.json", pages.rubric_document, name="rubric_document"),
    path("desk/operator/import/", pages.import_upload, name="mapping_upload"),
    path("desk/operator/import/file/", pages.import_file, name="import_file"),
    path("desk/operator/import/file/progress/", pages.import_file_progress, name="import_file_progress"),
    path("desk/operator/import/columns/", pages.mapping_columns, name="mapping_columns"),
    path("desk/operator/identity/", pages.identity, name="identity"),
    path("desk/operator/identity/again/", pages.identity_again, name="identity_again"),
    path("desk/operator/identity/<int:pk>/", pages.identity_step, name="identity_step"),
    path("desk/operator/likely-skills/", pages.likely_skills, name="likely_skills"),
    path("desk/operator/likely-skills/progress/", pages.likely_progress, name="likely_progress"),
    path("desk/operator/likely-skills/start/", pages.likely_start, name="likely_start"),
    path("desk/operator/likely-skills/step/", pages.likely_step, name="likely_step"),
    path("desk/operator/imports/", pages.imports, name="imports"),
    path("desk/operator/imports/<int:pk>/", pages.import_run, name="import_run"),
    path("desk/operator/imports/<int:pk>/undo/", pages.import_undo, name="import_undo"),
    path(desk, pages.author_definitions, name="author_definitions"),
    path(desk + "new/", pages.author_new, name="author_new"),
    path(desk + "<int:pk>/", pages.author_definition, name="author_definition"),
    path(desk + "<int:pk>/edit/", pages.author_edit, name="author_edit"),
    path(desk + "<int:pk>/language/", pages.author_language, name="author_language"),
    path(desk + "<int:pk>/rule/", pages.rule_builder, name="rule"),
    path(desk + "<int:pk>/rule/rule.json", pages.rule_document, name="rule_document"),
    path(desk + "<int:pk>/steps/", pages.author_step, name="author_step"),
    path(desk + "<int:pk>/offers/", pages.author_offer, name="author_offer"),
    path(desk + "bundles/", pages.author_bundles, name="author_bundles"),
    path(desk + "offers/<int:pk>/discounts/", pages.author_discounts, name="author_discounts"),
    path(desk + "skills/", pages.author_skills, name="author_skills"),
    path(desk + "completeness/", pages.author_completeness, name="author_completeness"),
]
