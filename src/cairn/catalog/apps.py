"""Tells Django about this room."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CatalogConfig(AppConfig):
    """The room's entry in the list of installed apps."""

    name = "cairn.catalog"
    label = "catalog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the database itself refuse changes to published versions, and note what the search index has yet to take in."""
        from cairn.catalog.immutable import lay_down
        from cairn.catalog.search import outbox

        post_migrate.connect(lay_down, sender=self, dispatch_uid="catalog.immutable")
        post_migrate.connect(outbox.lay_down, sender=self, dispatch_uid="catalog.search.outbox")
