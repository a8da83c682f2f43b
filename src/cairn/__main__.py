"""``python -m cairn`` is the ``cairn`` command."""

import sys

from cairn.entry.cli import main

sys.exit(main())
