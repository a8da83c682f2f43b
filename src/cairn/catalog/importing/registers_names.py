"""Names, addresses and identifiers of institutions, made comparable.

Two spellings of one name must fall together, two names of two institutions must not. So abbreviations that stand for one word are
written out ("Univ", "Cty", "St"), legal forms and office codes are taken off, and nothing else is.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

_WHOLE = {
    "univ": "university",
    "uni": "university",
    "coll": "college",
    "inst": "institute",
    "ctr": "center",
    "centre": "center",
    "cntr": "center",
    "harbour": "harbor",
    "labour": "labor",
    "theatre": "theater",
    "defence": "defense",
    "jewellery": "jewelry",
    "programme": "program",
    "programmes": "programs",
    "trades": "trade",
    "cnt": "center",
    "tech": "technology",
    "technical": "technology",
    "technological": "technology",
    "technologies": "technology",
    "voc": "vocational",
    "vo": "vocational",
    "votech": "vocational technology",
    "sch": "school",
    "schools": "school",
    "cty": "county",
    "co": "county",
    "comm": "community",
    "cc": "community college",
    "st": "saint",
    "mt": "mount",
    "ft": "fort",
    "natl": "national",
    "intl": "international",
    "assn": "association",
    "assoc": "association",
    "dept": "department",
    "hosp": "hospital",
    "med": "medical",
    "trng": "training",
    "acad": "academy",
    "dist": "district",
    "educ": "education",
    "svcs": "services",
    "svc": "services",
    "service": "services",
    "bus": "business",
    "nj": "new jersey",
    "ny": "new york",
    "institutes": "institute",
    "colleges": "college",
    "centers": "center",
    "arts": "art",
    "sciences": "science",
    "academies": "academy",
    "careers": "career",
    "learning": "learning",
    "admin": "administration",
}
"""Abbreviation to the word it stands for in the name of an institution."""
_LEGAL = {
    "inc",
    "incorporated",
    "llc",
    "ltd",
    "limited",
    "corp",
    "corporation",
    "lp",
    "llp",
    "pc",
    "plc",
    "gmbh",
    "ev",
    "the",
    "at",
    "of",
    "and",
    "for",
    "in",
    "a",
    "an",
    "de",
    "la",
    "le",
    "el",
    "t",
    "dba",
}
GENERIC = frozenset(
    [
        "university",
        "college",
        "institute",
        "school",
        "academy",
        "center",
        "technology",
        "vocational",
        "community",
        "county",
        "training",
        "career",
        "education",
        "association",
        "services",
        "district",
        "international",
        "national",
        "american",
        "new",
        "jersey",
        "business",
        "medical",
        "health",
        "art",
        "science",
        "state",
        "program",
        "division",
        "department",
        "adult",
        "continuing",
        "campus",
        "branch",
        "group",
        "systems",
        "learning",
        "computer",
        "professional",
    ]
)
"""Words that many institutions share: alone they do not say which."""
_OFFICE = re.compile(
    r"\s+-+\s*(pcs|wioa\b.*|title\s*(2|ii)|main campus|main|etpl|adult (education|school)|div\.? .*)\s*$", re.I
)
_FORMERLY = re.compile(
    r"\((?:formerly|now|dba|d/b/a|aka)?[^)]*\)|\b(?:d/?b/?a|dba|t/a|trading as|formerly)\b.*$", re.IGNORECASE
)
_SHARED_SITES = frozenset(
    [
        "facebook.com",
        "google.com",
        "wixsite.com",
        "wordpress.com",
        "weebly.com",
        "linkedin.com",
        "youtube.com",
        "twitter.com",
        "instagram.com",
        "godaddysites.com",
        "blogspot.com",
        "github.io",
        "sites.google.com",
        "yahoo.com",
        "aol.com",
        "gmail.com",
        "hotmail.com",
        "state.nj.us",
        "nj.gov",
        "k12.nj.us",
    ]
)
"""Sites on which many organisations have pages: being there says nothing."""
_TWO_LEVELS = re.compile(
    r"^(?:ac|co|com|edu|gov|org|net|k12|sch)\.[a-z]{2}$|^[a-z]{2}\.us$|^k12\.[a-z]{2}\.us$|^cc\.[a-z]{2}\.us$"
)


SHORT = 3
"""Letters of a syllable or an initial."""
_SYLLABLES = re.compile(r"\b\w{1,3}(?:[-\u2010\u2011]\w{1,3}){2,}\b|\b\w(?:[-\u2010\u2011]\w)+\b")
"""Initials and syllables with hyphens between them are one word: A-B-C, Ho-Ho-Kus."""


@lru_cache(maxsize=100_000)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name that count, in order, written out and folded."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name[:400]) if not unicodedata.combining(c)).casefold()
    plain = _FORMERLY.sub(" ", plain) if _FORMERLY.sub(" ", plain).strip() else plain
    plain = _OFFICE.sub("", plain)
    plain = plain.replace("&", " and ").replace("'", "").replace("\u2019", "").replace("co.", "county ")
    plain = re.sub(r"\b((?:[a-z]\.){2,})", lambda found: found[1].replace(".", ""), plain)
    plain = _SYLLABLES.sub(lambda found: re.sub(r"\W", "", found[0]), plain)
    found: list[str] = []
    for word in re.findall(r"\w+", plain):
        found.extend(_WHOLE.get(word, word).split())
    kept = [word for word in found if word not in _LEGAL]
    if kept and kept[-1] == "county" and len(kept) > 1 and re.search(r"\bco\W*$", plain):
        kept.pop()  # "… Co." at the end is a company, not a county
    return tuple(kept) or tuple(found)


def joined(words: tuple[str, ...]) -> dict[str, int]:
    """Return the words that neighbouring short words would make written as one ("ho ho kus": "hohokus"), with where each begins."""
    found: dict[str, int] = {}
    for begin in range(len(words)):
        for end in range(begin + 1, min(begin + 4, len(words) + 1)):
            if len(words[end - 1]) > SHORT:
                break
            if end - begin > 1:
                found.setdefault("".join(words[begin:end]), begin)
    return found


def written_as(words: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name's words as another name writes them: short neighbours in one word where the other has that word."""
    found = {word: begin for word, begin in joined(words).items() if word in others and word not in words}
    if not found:
        return words
    whole, begin = max(found.items(), key=lambda one: len(one[0]))
    end, length = begin, 0
    while length < len(whole):
        length += len(words[end])
        end += 1
    return (*words[:begin], whole, *words[end:])


def distinctive(words: tuple[str, ...]) -> frozenset[str]:
    """Return the words that say which institution it is."""
    return frozenset(word for word in words if word not in GENERIC)


PARTS = frozenset(
    [
        "credit",
        "non",
        "noncredit",
        "program",
        "programs",
        "continuing",
        "professional",
        "education",
        "adult",
        "division",
        "department",
        "office",
        "campus",
        "district",
        "certificate",
        "academic",
        "workforce",
        "development",
        "extension",
        "evening",
        "day",
        "system",
    ]
)
"""Words for a part of an institution, or for the whole of one: they do not make it another."""


def variants(name: str) -> tuple[tuple[str, str], ...]:
    """Return the names under which one name may be known, each with what was left off.

    Left off are a part or place after a dash, and what stands before "dba".
    """
    found = {name: ""}
    trade = re.split(r"\s*\b(?:d/?b/?a|t/a|trading as)\b[ .:]*", name, maxsplit=1, flags=re.IGNORECASE)
    if len(trade) == 2 and len(trade[1]) > 3:
        found.setdefault(trade[1].strip(" )"), trade[0].strip(" -("))
    for one, left in list(found.items()):
        head = re.split(r"\s+[-\u2013\u2014:]+\s*|,\s+|[-\u2013\u2014]\s+", one, maxsplit=1)
        if (
            len(head) == 2
            and len(words_of(head[0])) >= 2
            and head[1].casefold().strip(". ") not in {"inc", "llc", "ltd"}
        ):
            found.setdefault(head[0].strip(), f"{left} {head[1]}".strip())
    return tuple(found.items())


def short_forms(name: str) -> frozenset[str]:
    """Return the abbreviations that a name gives of itself: initials of its words, and what stands in brackets in capitals."""
    words = [
        word
        for word in re.findall(r"[^\W\d_]+", name)
        if word.casefold() not in {"of", "the", "and", "for", "at", "in"}
    ]
    found = {"".join(word[0] for word in words).casefold()} if len(words) >= 3 else set()
    found |= {mark.casefold() for mark in re.findall(r"\(([A-Z]{3,8})\)", name)}
    return frozenset(found)


@lru_cache(maxsize=50_000)
def domain_of(address: str) -> str:
    """Return the domain that belongs to one organisation, like "rutgers.edu"; "" where there is none or many share it."""
    text = address.strip().casefold()
    if not text or " " in text or len(text) > 500:
        return ""
    try:
        host = (urlsplit(text if "//" in text else f"//{text}").hostname or "").strip(".")
    except ValueError:
        return ""
    if not re.fullmatch(r"[a-z0-9\u00a1-\uffff-]+(\.[a-z0-9\u00a1-\uffff-]+)+", host):
        return ""
    parts = host.split(".")
    for size in (4, 3, 2):
        tail = ".".join(parts[-size:])
        suffix = ".".join(parts[-size + 1 :])
        if len(parts) >= size and (size == 2 or _TWO_LEVELS.fullmatch(suffix)):
            return "" if tail in _SHARED_SITES or _TWO_LEVELS.fullmatch(tail) else tail
    return ""


def identifier_of(value: str) -> str:
    """Return an identifier as it is compared: without blanks, quotation marks and hyphens, in small letters."""
    return re.sub(r"[\s\"'=-]+", "", value).casefold()


def place_in_us(address: str) -> tuple[str, str]:
    """Return city and state of a US postal address "…, Kingman, AZ 86409-1238"; empty where it is not one."""
    found = re.search(r"([^,]+),\s*([A-Z]{2})\.?\s+\d{5}(?:-\d{4})?\s*$", address.strip())
    return (" ".join(found[1].split()), found[2]) if found else ("", "")


STATES = {
    "alabama": "AL",
    "alaska": "AK",
    "arizona": "AZ",
    "arkansas": "AR",
    "california": "CA",
    "colorado": "CO",
    "connecticut": "CT",
    "delaware": "DE",
    "florida": "FL",
    "georgia": "GA",
    "hawaii": "HI",
    "idaho": "ID",
    "illinois": "IL",
    "indiana": "IN",
    "iowa": "IA",
    "kansas": "KS",
    "kentucky": "KY",
    "louisiana": "LA",
    "maine": "ME",
    "maryland": "MD",
    "massachusetts": "MA",
    "michigan": "MI",
    "minnesota": "MN",
    "mississippi": "MS",
    "missouri": "MO",
    "montana": "MT",
    "nebraska": "NE",
    "nevada": "NV",
    "new hampshire": "NH",
    "new jersey": "NJ",
    "new mexico": "NM",
    "new york": "NY",
    "north carolina": "NC",
    "north dakota": "ND",
    "ohio": "OH",
    "oklahoma": "OK",
    "oregon": "OR",
    "pennsylvania": "PA",
    "rhode island": "RI",
    "south carolina": "SC",
    "south dakota": "SD",
    "tennessee": "TN",
    "texas": "TX",
    "utah": "UT",
    "vermont": "VT",
    "virginia": "VA",
    "washington": "WA",
    "west virginia": "WV",
    "wisconsin": "WI",
    "wyoming": "WY",
    "district of columbia": "DC",
    "puerto rico": "PR",
}


def state_of(text: str) -> str:
    """Return a US state's two letters from its name or them; other text as it stands, folded to capitals."""
    plain = " ".join(text.split())
    return STATES.get(plain.casefold(), plain.upper())
