"""How much the heading of a column says a word: letter by letter, without what says nothing, as the noun of a longer heading.

No heading decides alone: what stands in the column speaks too (:mod:`mapping_guess`), and every guess is shown before it is used.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


SAY_NOTHING = _words(
    "a an the of for in on to by and or your my our de del della des der die das du d l la el los las le les il di van het een",
    "zur zum und et",
    "course courses class classes program programs programme programmes product module session sessions kurs kurses angebot angebots",
    "lehrgang lehrgangs seminar formation curso cursos corso opleiding opleidings cursus total totals totales full",
    "overall estimated approx training modul moduls que se obtiene weitere offer offered",
    "nominal planned next current official display main marketing primary date dates datum fecha data",
    "prevista previsto prevu prevue geplant geplante geplanter",
)
"""Words of headings that do not tell one field from another."""
ALTERNATIVES = _words(
    "min max minimum maximum concession reduced member members nonmember early discount discounted alumni previous old staff instructor",
    "ermassigtes ermassigter ermassigten reduced reduzierte reduzierter reduzierten reduit reduite tarifa",
    "teacher department contact ermassigt ermassigte reducido reduit ridotto non",
)
"""Words that make another thing of a field: not the price but that of some people, not the title but a teacher's."""
_ENDS = _words("min max minimum maximum")
WEAK = _words(
    "name naam title titel id code type art tipo level niveau nivel start end begin time format description summary number nr",
    "no place state",
    "city link url website page program class credential key amount kind unit volume content detail section quota ab fin",
    "school award partner lead",
    "org institute institut college academy reference clave ref",
)
"""Words that tell the field only where they stand alone, or with words that say nothing."""


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Return a heading as words: camel case and underscores parted, accents off, small letters."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    plain = "".join(c for c in unicodedata.normalize("NFKD", parted) if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"[^\W_]+", plain))


@lru_cache(maxsize=20_000)
def plain_heading(heading: str) -> str:
    """Return a folded heading without what says nothing of the field: a unit in brackets, "of the course", plurals of English words."""
    words = [word for word in folded(re.sub(r"[(\[][^)\]]*[)\]]", " ", heading)).split() if word not in SAY_NOTHING]
    return " ".join(
        word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word for word in words
    )


def likeness(heading: str, number: int, word: str) -> float:
    """Return how much a heading says the word that stands at ``number`` among a target's words, from 0 to 1."""
    whole, said = folded(heading), folded(word)
    if whole == said:
        return 0.9 - 0.01 * min(number, 12)
    bracketed = {one for inside in re.findall(r"[(\[]([^)\]]*)[)\]]", heading) for one in folded(inside).split()}
    if bracketed & ALTERNATIVES - _ENDS:
        return 0.0  # "Tuition (non-USD)", "Fee (reduced)": what stands in brackets is the field's unit, or makes another thing of it
    plain, meant = plain_heading(heading), plain_heading(word)
    parts = plain.split()
    if meant and (plain == meant or (plain.endswith(meant) and plain.removesuffix(meant) in SAY_NOTHING)):
        return 0.84 - 0.01 * min(number, 12)
    words = whole.split()
    if ALTERNATIVES & {*words, *(one.removesuffix("s") for one in words)}:
        return 0.0
    strong = meant not in WEAK and len(meant) > 2
    if " " in meant and plain.endswith(f" {meant}"):
        return 0.74
    if strong and 1 < len(parts) < 4 and (meant == parts[-1] or (meant == parts[0] and parts[-1] not in WEAK)):
        return 0.64  # the noun that the other words only describe: it ends an English heading and begins a French or Spanish one
    if strong and len(parts) == 1 and len(meant) > 4 and plain.endswith(meant):
        return 0.64  # German and Dutch write that noun at the end of one long word
    if f" {said} " in f" {whole} ":
        return 0.62 * len(said) / len(whole) + 0.2
    return 0.0
