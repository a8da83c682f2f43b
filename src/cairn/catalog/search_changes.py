"""What the search index has yet to take in."""

from __future__ import annotations

from django.db import models


class SearchChange(models.Model):
    """A version that the search index does not show as it is now. Written by the database itself: see ``search/outbox.py``.

    The version may be gone already, so its number is no foreign key.
    """

    version_id = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"version {self.version_id} changed"
