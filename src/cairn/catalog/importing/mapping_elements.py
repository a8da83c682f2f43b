"""Read what tables say of credits, levels, supervision, validity and languages: the words of Annex I's elements.

What cannot be read for sure raises ValueError with a sentence for people, as in :mod:`mapping_values`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cairn.catalog.importing.levels import EQF_LEVELS, figure_in
from cairn.catalog.importing.mapping_headings import folded
from cairn.catalog.importing.mapping_values import NO, YES
from cairn.catalog.importing.mapping_words import LANGUAGES

SCHEMES = {
    "ects credits": "ects", "ects credit": "ects", "ects credit points": "ects", "ects points": "ects", "ects punkte": "ects",
    "ects leistungspunkte": "ects", "ects lp": "ects", "crédits ects": "ects", "créditos ects": "ects", "crediti ects": "ects",
    "ects studiepunten": "ects", "european credit transfer and accumulation system": "ects", "european credit transfer system": "ects",
    "semester hours": "us-semester", "semester hour": "us-semester", "semester credits": "us-semester", "semester credit": "us-semester",
    "semester credit hours": "us-semester", "semester credit hour": "us-semester", "us semester credits": "us-semester",
    "quarter hours": "us-quarter", "quarter hour": "us-quarter", "quarter credits": "us-quarter", "quarter credit hours": "us-quarter",
    "ceus": "ceu", "continuing education units": "ceu", "continuing education unit": "ceu", "continuing ed credits": "ceu",
    "contact hours": "contact-hours", "contact hour": "contact-hours", "clock hours": "clock-hours", "clock hour": "clock-hours",
}  # fmt: skip
"""Kinds of credits as people write them, and the names that the catalogue has for them; any other word stands for itself."""
_SCHEMES_OF_HEADINGS = {"ects": "ects", "ceu": "ceu", "ceus": "ceu"}
FRAMEWORKS = {
    "eqf": "eqf", "eqr": "eqf", "cec": "eqf", "qeq": "eqf", "mec": "eqf", "dqr": "dqr", "nqr": "nqr", "nlqf": "nlqf", "nqf": "nqf",
    "rqf": "rqf", "scqf": "scqf", "cqfw": "cqfw", "nfq": "nfq", "aqf": "aqf", "nsqf": "nsqf", "meces": "meces", "nzqf": "nzqf",
    "nzqcf": "nzqcf", "qcf": "qcf", "isced": "isced",
}  # fmt: skip
"""Words that name a framework of levels, in headings and values; the European one has a name in each language."""
_LONG_FRAMEWORKS = {
    "european qualifications framework": "eqf", "european qualification framework": "eqf", "europäischer qualifikationsrahmen": "eqf",
    "cadre européen des certifications": "eqf", "marco europeo de cualificaciones": "eqf", "quadro europeo delle qualifiche": "eqf",
    "europees kwalificatiekader": "eqf", "quadro europeu de qualificações": "eqf", "deutscher qualifikationsrahmen": "dqr",
    "nederlands kwalificatieraamwerk": "nlqf", "australian qualifications framework": "aqf",
    "scottish credit and qualifications framework": "scqf", "regulated qualifications framework": "rqf",
}  # fmt: skip
_FOLDED_FRAMEWORKS = {folded(name): meant for name, meant in _LONG_FRAMEWORKS.items()}
_FOLDED_SCHEMES = {folded(name): meant for name, meant in SCHEMES.items()}

UNITS = ("months", "years")
"""What a mapping may call the unit of a bare validity."""
_LENGTH = re.compile(
    r"(?P<figure>\d{1,5}(?:[.,]5)?)\s*-?\s*(?:(?P<years>years?|yrs?|y|jahre?n?|j|ans?|années?|años?|anni|anno|jaar|jaren|anos?)"
    r"|(?P<months>months?|mos?|mth|monate?n?|mois|mes|meses|mesi|mese|maand|maanden|mês)|(?P<days>days?|tage?n?|jours?|días?|giorni|dagen))\b",
    re.IGNORECASE,
)
_ISO = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?", re.IGNORECASE)
FOR_EVER = frozenset([
    "unlimited", "no expiry", "no expiration", "does not expire", "never", "never expires", "lifetime", "permanent", "indefinite",
    "unbegrenzt", "unbefristet", "illimité", "illimitée", "permanente", "ilimitado", "ilimitada", "sin caducidad", "illimitata",
    "illimitato", "onbeperkt", "ilimitada",
])  # fmt: skip
"""Words of a validity that never ends: no months are kept, and nothing is wrong."""
LONGEST_VALIDITY = 1200


def read_scheme(text: str) -> str:
    """Return the kind of credits: a name of the catalogue's where the words are known, else the words."""
    plain = text.strip()
    if re.fullmatch(r"[\d.,\s-]+", plain) or plain.casefold() in YES | NO:
        raise ValueError(f"“{plain[:40]}” is no kind of credits")
    if len(plain) > 40:
        raise ValueError(f"“{plain[:40]}…” is too long for a kind of credits")
    return _FOLDED_SCHEMES.get(folded(plain), plain)


def scheme_of_heading(heading: str) -> str:
    """Return the kind of credits that a column's heading states: "ects" of “ECTS credits”; "" where it states none."""
    words = folded(heading)
    return _FOLDED_SCHEMES.get(words) or next(
        (meant for word, meant in _SCHEMES_OF_HEADINGS.items() if word in words.split()), ""
    )


def read_framework(text: str) -> str:
    """Return the framework of a level: "eqf" for any of its names, else the words as they stand."""
    plain = text.strip()
    if re.fullmatch(r"[\d.,\s-]+", plain):
        raise ValueError(f"“{plain[:40]}” is no framework of levels")
    if len(plain) > 40 and not framework_in(plain):
        raise ValueError(f"“{plain[:40]}…” is too long for the name of a framework")
    return framework_in(plain) or plain


def framework_in(text: str) -> str:
    """Return the one framework that a text or a heading names, "" where it names none or several."""
    words = folded(text)
    found = {meant for name, meant in _FOLDED_FRAMEWORKS.items() if name in words}
    found |= {FRAMEWORKS[word] for word in words.split() if word in FRAMEWORKS}
    return found.pop() if len(found) == 1 else ""


def read_level(text: str, framework: str) -> int:
    """Return a level as a whole number; of the EQF one from 1 to 8."""
    figure = figure_in(text)
    if not re.fullmatch(r"\d{1,2}(\.0+)?", figure) or len(re.findall(r"\d+", text.replace(figure, "", 1))) > 0:
        raise ValueError(f"“{text[:40]}” is no level in figures")
    level = int(float(figure))
    if framework == "eqf" and str(level) not in EQF_LEVELS:
        raise ValueError(f"“{text[:40]}” is no level of the European Qualifications Framework, which has 1 to 8")
    return level


def validity_unit(heading: str) -> str:
    """Return the unit that a heading states for its figures, "" where it states none."""
    words = folded(heading).split()
    years = {"year", "years", "jahr", "jahre", "jahren", "an", "ans", "annees", "anos", "ano", "anni", "jaar", "jaren"}
    months = {"month", "months", "monat", "monate", "monaten", "mois", "mes", "meses", "mesi", "maand", "maanden"}
    return "months" if months & {*words} else "years" if years & {*words} else ""


def read_validity(text: str, unit: str) -> int | None:
    """Return a validity in whole months; None for what never ends. ``unit`` is that of a bare figure, "" where nobody stated one."""
    plain = text.strip()
    if plain.casefold().rstrip(".") in FOR_EVER:
        return None
    if re.fullmatch(r"\d{1,5}(\.0+)?", plain):
        if not unit:
            raise ValueError(f"“{plain}” is months or years? Set “validity” to months or years")
        months = int(float(plain)) * (12 if unit == "years" else 1)
    elif (iso := _ISO.fullmatch(plain)) and (iso[1] or iso[2]):
        months = int(iso[1] or 0) * 12 + int(iso[2] or 0)
    else:
        months = _months(plain)
    if not 1 <= months <= LONGEST_VALIDITY:
        raise ValueError(f"“{text[:40]}” is no time that a credential is valid for")
    return months


def _months(text: str) -> int:
    found = list(_LENGTH.finditer(text))
    rest = _LENGTH.sub("", text)
    if not found or re.search(r"\d", rest):
        raise ValueError(f"“{text[:40]}” is no length of time")
    total = 0.0
    for one in found:
        figure = float(one["figure"].replace(",", "."))
        total += figure * 12 if one["years"] else figure if one["months"] else figure / 365 * 12
    if abs(total - round(total)) > 1e-9:
        raise ValueError(f"“{text[:40]}” is no whole number of months")
    return round(total)


_SUPERVISED = {
    "supervised": True, "proctored": True, "invigilated": True, "beaufsichtigt": True, "unter aufsicht": True, "surveillé": True,
    "supervisado": True, "onder toezicht": True, "sorvegliato": True,
    "unsupervised": False, "not supervised": False, "unproctored": False, "not proctored": False, "unbeaufsichtigt": False,
    "ohne aufsicht": False, "non surveillé": False, "no supervisado": False, "zonder toezicht": False, "non sorvegliato": False,
}  # fmt: skip
ANNEX_I = {
    "unsupervised with no identity verification": "Unsupervised, identity not checked",
    "supervised with no identity verification": "Supervised, identity not checked",
    "supervised online or onsite with identity verification": "Supervised online or on site, identity checked",
    "supervised online with identity verification": "Supervised online or on site, identity checked",
    "supervised onsite with identity verification": "Supervised online or on site, identity checked",
}
"""The three answers of Annex I, optional element b, and what the catalogue calls them."""


def read_supervised(text: str) -> bool | str:
    """Return whether an assessment is supervised, or the words where they say more than that."""
    return _yes_or_words(text, _SUPERVISED, "whether it is supervised")


def read_identified(text: str) -> bool | str:
    """Return whether identity is checked, or the words where they say more than that."""
    return _yes_or_words(text, {}, "whether identity is checked")


def _yes_or_words(text: str, known: dict[str, bool], told: str) -> bool | str:
    plain = " ".join(text.split())
    folded_text = plain.casefold()
    if folded_text in YES:
        return True
    if folded_text in NO:
        return False
    if folded_text in known:
        return known[folded_text]
    if re.fullmatch(r"[\d.,\s-]+", plain):
        raise ValueError(f"“{plain[:40]}” does not say {told}")
    return ANNEX_I.get(folded_text, plain)


def supervision_in_words(supervised: bool | str | None, identified: bool | str | None) -> str:
    """Return both answers as the catalogue words them, "" where nothing is stated."""
    if supervised is True and identified is True:
        return "Supervised online or on site, identity checked"
    first = {True: "Supervised", False: "Unsupervised", None: ""}.get(supervised, supervised)  # type: ignore[arg-type]  # words stand for themselves
    second = {True: "identity checked", False: "identity not checked", None: ""}.get(identified, identified)  # type: ignore[arg-type]  # the same
    said = ", ".join(part for part in (str(first), str(second)) if part)
    return said[:1].upper() + said[1:]


def read_language(text: str) -> str:
    """Return the BCP 47 tag of a language by its tag or its name."""
    plain = text.strip()
    found = LANGUAGES.get(plain.casefold()) or (plain if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", plain) else "")
    if not found and re.fullmatch(r"[A-Z]{2}", plain):
        found = plain.lower()
    if not found:
        raise ValueError(f"“{plain[:60]}” is no language that is known here")
    return found


def languages_in(texts: Iterable[str]) -> list[str]:
    """Return the names of languages in texts, parted where people part them: by commas, semicolons, bars, strokes, “and”."""
    parts = (part for text in texts for part in re.split(r"[,;|/+&]|\s(?:and|und|et|y|e|en)\s", text))
    return [part.strip() for part in parts if part.strip()]


def read_stackability(text: str) -> str:
    """Return “stackable” or “stand-alone” for yes and no, else the words."""
    plain = " ".join(text.split())
    if plain.casefold() in YES:
        return "stackable"
    if plain.casefold() in NO:
        return "stand-alone"
    if re.fullmatch(r"[\d.,\s-]+", plain):
        raise ValueError(f"“{plain[:40]}” is neither stand-alone nor stackable")
    return plain[:40]
