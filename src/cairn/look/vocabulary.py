"""The words and signs the pages use for types, verdicts, outcomes and tones: one place, so that all pages say the same."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

# What each of the four types is called on a chip. "Nanodegree" is somebody's mark; the type is a programme.
TYPE_NAMES = {
    "badge": gettext_lazy("Badge"),
    "certificate": gettext_lazy("Certificate"),
    "programme": gettext_lazy("Programme"),
    "industry": gettext_lazy("Industry credential"),
}

# verdict -> (tone, icon, the words of the heading)
VERDICTS = {
    "verified": ("good", "verified", gettext_lazy("Verified")),
    "warning": ("warn", "shield-warning", gettext_lazy("Verified, with a warning")),
    "not_verified": ("bad", "shield-cross", gettext_lazy("Not verified")),
    "undetermined": ("unsure", "question", gettext_lazy("Could not find out")),
    "not_verifiable": ("unsure", "document", gettext_lazy("Not verifiable")),
}

# outcome of one check -> (tone, icon, word)
OUTCOMES = {
    "pass": ("good", "check", gettext_lazy("passed")),
    "warn": ("warn", "warning", gettext_lazy("warning")),
    "fail": ("bad", "cross", gettext_lazy("failed")),
    "unknown": ("unsure", "question", gettext_lazy("not known")),
    "skip": ("unsure", "minus", gettext_lazy("not checked")),
}

NOTICE_ICONS = {"good": "circle-check", "warn": "warning", "bad": "shield-cross", "info": "info", "unsure": "question"}
