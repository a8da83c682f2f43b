"""The pages of this room: search, one credential, side by side, a provider, and the provider's desk for definitions."""

from cairn.catalog.pages.authoring import (
    author_completeness,
    author_definition,
    author_definitions,
    author_edit,
    author_new,
    author_offer,
    author_step,
)
from cairn.catalog.pages.compare import compare, compare_csv, compare_json, compare_pdf
from cairn.catalog.pages.completing import provider_completeness, provider_completeness_csv
from cairn.catalog.pages.credential import credential
from cairn.catalog.pages.exporting import export, export_one, exports, feed, robots, sitemap, sitemap_chunk
from cairn.catalog.pages.identity import identity, identity_again, identity_step
from cairn.catalog.pages.importing import import_file, import_file_progress, import_upload
from cairn.catalog.pages.imports import import_run, import_undo, imports
from cairn.catalog.pages.judging import credibility, judge, rubric, rubric_document
from cairn.catalog.pages.languages import author_language
from cairn.catalog.pages.likely import likely_progress, likely_skills, likely_start, likely_step
from cairn.catalog.pages.mapping import mapping_columns
from cairn.catalog.pages.prices import author_bundles, author_discounts
from cairn.catalog.pages.provider import provider
from cairn.catalog.pages.rules import rule_builder, rule_document
from cairn.catalog.pages.search import search
from cairn.catalog.pages.suggesting import author_skills
from cairn.catalog.pages.worth import credential_return

__all__ = [
    "author_bundles",
    "author_completeness",
    "author_definition",
    "author_definitions",
    "author_discounts",
    "author_edit",
    "author_language",
    "author_new",
    "author_offer",
    "author_skills",
    "author_step",
    "compare",
    "compare_csv",
    "compare_json",
    "compare_pdf",
    "credential",
    "credential_return",
    "credibility",
    "export",
    "export_one",
    "exports",
    "feed",
    "identity",
    "identity_again",
    "identity_step",
    "import_file",
    "import_file_progress",
    "import_run",
    "import_undo",
    "import_upload",
    "imports",
    "judge",
    "likely_progress",
    "likely_skills",
    "likely_start",
    "likely_step",
    "mapping_columns",
    "provider",
    "provider_completeness",
    "provider_completeness_csv",
    "robots",
    "rubric",
    "rubric_document",
    "rule_builder",
    "rule_document",
    "search",
    "sitemap",
    "sitemap_chunk",
]
