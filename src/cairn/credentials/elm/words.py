"""Names of things as European digital credentials write them: languages, countries, controlled lists, texts in several languages.

Sources: the Publications Office's authority tables (language and country codes are ISO 639-3 and ISO 3166-1 alpha-3), the controlled
lists of the European Learning Model at data.europa.eu/snb.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cairn.credentials.jsontext import as_list

CONTEXT = "http://data.europa.eu/snb/model/context/edc-ap"
AUTHORITY = "http://publications.europa.eu/resource/authority/"
SNB = "http://data.europa.eu/snb/"
ESCO = "http://data.europa.eu/esco/"
ESCO_SKILLS = ESCO + "concept-scheme/skills"
OB_TYPES = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#AchievementType"
"""The enumeration of Open Badges, named as the list that an achievement's type is taken from."""
LIST = "25831c2"
"""The last part of every controlled list's own address under data.europa.eu/snb."""

MAX_LANGUAGES = 100
"""Texts of one value that are read: Europe has some thirty languages."""

_LANGUAGE_PAIRS = (
    "bg:bul cs:ces da:dan de:deu el:ell en:eng es:spa et:est fi:fin fr:fra ga:gle hr:hrv hu:hun it:ita lt:lit lv:lav mt:mlt nl:nld "
    "pl:pol pt:por ro:ron sk:slk sl:slv sv:swe no:nor nb:nob nn:nno is:isl tr:tur uk:ukr sr:srp mk:mkd sq:sqi bs:bos ca:cat eu:eus "
    "gl:glg cy:cym lb:ltz ru:rus ar:ara zh:zho ja:jpn ko:kor hi:hin he:heb fa:fas vi:vie id:ind ms:msa th:tha sw:swa ka:kat hy:hye "
    "az:aze"
)
_LANGUAGES = dict(pair.split(":") for pair in _LANGUAGE_PAIRS.split())
_COUNTRY_PAIRS = (
    "ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB BDBGD BEBEL BFBFA "
    "BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG "
    "CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU "
    "EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL "
    "GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD "
    "IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO "
    "LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG "
    "MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL "
    "NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU "
    "RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SVSLV "
    "SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA "
    "UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE"
)
_COUNTRIES = {pair[:2]: pair[2:] for pair in _COUNTRY_PAIRS.split()}
_LANGUAGE_OF = {three: two for two, three in _LANGUAGES.items()}
_COUNTRY_OF = {three: two for two, three in _COUNTRIES.items()}
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*\Z")

MODES = {
    "online": ("920fbb3cbe", "Online"),
    "onsite": ("9191af2ed9", "Presential"),
    "blended": ("e92d221e4d", "Blended"),
}
"""Forms of participation in our words → the controlled list of modes of learning and assessment."""
SUPERVISION = {
    "Unsupervised, identity not checked": ("c598449d64", "Unsupervised without ID Verification"),
    "Unsupervised, identity checked": ("df2880c5cb", "Unsupervised with ID verification"),
}
"""Annex I, optional element b → the controlled list of supervision and verification, as far as its codes are known to us."""


def concept(address: str | None, scheme: str | None, label: Mapping[str, str] | None) -> dict[str, Any]:
    """Return a Concept: one entry of a controlled list."""
    made: dict[str, Any] = {} if address is None else {"id": address}
    made["type"] = "Concept"
    if scheme is not None:
        made["inScheme"] = {"id": scheme, "type": "ConceptScheme"}
    if label:
        made["prefLabel"] = dict(label)
    return made


def listed(name: str, code: str, label: str) -> dict[str, Any]:
    """Return the entry ``code`` of the controlled list ``name`` (under data.europa.eu/snb), with its English label."""
    return concept(f"{SNB}{name}/{code}", f"{SNB}{name}/{LIST}", {"en": label})


def language_concept(language: str) -> dict[str, Any] | None:
    """Return the authority's entry of a language tag such as ``en`` or ``de-AT``, or None for one it is not known to have."""
    code = _LANGUAGES.get(language.split("-")[0].lower())
    return None if code is None else concept(f"{AUTHORITY}language/{code.upper()}", f"{AUTHORITY}language", None)


def country_concept(country: str) -> dict[str, Any] | None:
    """Return the authority's entry of a country code (ISO 3166-1 alpha-2), or None for one that does not exist."""
    code = _COUNTRIES.get(country.upper())
    return None if code is None else concept(f"{AUTHORITY}country/{code}", f"{AUTHORITY}country", None)


def language_of(address: object) -> str | None:
    """Return the language tag that an authority address such as ``…/language/ENG`` stands for."""
    return _LANGUAGE_OF.get(_last(address, f"{AUTHORITY}language/").lower())


def country_of(address: object) -> str | None:
    """Return the alpha-2 code that an authority address such as ``…/country/IRL`` stands for."""
    return _COUNTRY_OF.get(_last(address, f"{AUTHORITY}country/"))


def _last(address: object, start: str) -> str:
    return address.removeprefix(start) if isinstance(address, str) and address.startswith(start) else ""


def is_language_map(value: object) -> bool:
    """Tell whether ``value`` is a text in one or more languages: ``{"en": "…"}``, each a text or several."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(
            isinstance(tag, str)
            and (_TAG.match(tag) is not None or tag == "@none")
            and bool(as_list(texts))
            and all(isinstance(text, str) for text in as_list(texts))
            for tag, texts in value.items()
        )
    )


def in_order(value: object, preferred: Iterable[str]) -> list[tuple[str, str]]:
    """Return (language, text) for every text of a language map, the preferred languages first; nothing if it is none."""
    if isinstance(value, str):
        return [("", value)]
    if not is_language_map(value):
        return []
    assert isinstance(value, Mapping)  # noqa: S101 - for the type checker: is_language_map has said so
    wanted = [tag.lower() for tag in preferred]

    def rank(tag: str) -> int:
        short = tag.lower()
        return next(
            (place for place, one in enumerate(wanted) if short == one or short.split("-")[0] == one), len(wanted)
        )

    pairs = [(tag, text) for tag, texts in value.items() for text in as_list(texts)]
    return sorted(pairs, key=lambda pair: rank(pair[0]))[:MAX_LANGUAGES]


def spoken(value: object, preferred: Iterable[str]) -> Any:
    """Return a language map in the words of Verifiable Credentials 2.0: a plain text, or all languages as a list, the best first."""
    pairs = in_order(value, preferred)
    if len(pairs) < 2:
        return pairs[0][1] if pairs else None
    return [{"@value": text, "@language": tag} if tag and tag != "@none" else {"@value": text} for tag, text in pairs]


def best(value: object, preferred: Iterable[str]) -> str | None:
    """Return the text of a language map in the best language it has."""
    return next((text for _, text in in_order(value, preferred)), None)


def first_text(value: object) -> str | None:
    """Return the first text of a value of Open Badges letter for letter, line breaks and all."""
    for one in as_list(value):
        text = one.get("@value") if isinstance(one, Mapping) else one
        if isinstance(text, str) and text:
            return text
    return None


def language_map(value: object, language: str) -> dict[str, Any]:
    """Return a text, or texts with languages, as a language map; a text without a language is in ``language``."""
    made: dict[str, Any] = {}
    for one in as_list(value):
        text, tag = (one.get("@value"), one.get("@language", language)) if isinstance(one, Mapping) else (one, language)
        if not isinstance(text, str) or not isinstance(tag, str) or not text:
            continue
        made[tag] = text if tag not in made else [*as_list(made[tag]), text]
    return made
