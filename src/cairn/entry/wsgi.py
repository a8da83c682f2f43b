"""The WSGI application, for granian and any other server."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.entry.settings")
application = get_wsgi_application()

# All of the site is read now, not while somebody waits, and the collector of garbage leaves it alone from here on: it holds none, and
# walking through it time and again took a fifth of the work of a search.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
