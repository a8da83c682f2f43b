"""Words that values are written with, and what they mean: how something is attended, types of credentials, languages, units of time."""

import re

MODES = {
    "online": "online",
    "distance": "online",
    "remote": "online",
    "fernlehrgang": "online",
    "e-learning": "online",
    "en ligne": "online",
    "a distancia": "online",
    "à distance": "online",
    "virtual": "online",
    "onsite": "onsite",
    "on site": "onsite",
    "in person": "onsite",
    "präsenz": "onsite",
    "praesenz": "onsite",
    "présentiel": "onsite",
    "presencial": "onsite",
    "campus": "onsite",
    "in presenza": "onsite",
    "op locatie": "onsite",
    "blended": "blended",
    "hybrid": "blended",
    "hybride": "blended",
    "mixte": "blended",
    "semipresencial": "blended",
    "mixta": "blended",
    "mixto": "blended",
    "misto": "blended",
    "teleformación": "online",
    "teleformacion": "online",
    "fad": "online",
    "foad": "online",
}
"""Words for how something is attended."""
TYPES = {
    "badge": "badge",
    "digital badge": "badge",
    "micro-credential": "badge",
    "microcredential": "badge",
    "microcredencial": "badge",
    "microcredenziale": "badge",
    "micro-certification": "badge",
    "mikrozertifikat": "badge",
    "insignia": "badge",
    "certificate": "certificate",
    "certificate of completion": "certificate",
    "zertifikat": "certificate",
    "certificat": "certificate",
    "certificado": "certificate",
    "certificato": "certificate",
    "certificaat": "certificate",
    "programme": "programme",
    "program": "programme",
    "nanodegree": "programme",
    "nano-degree": "programme",
    "specialization": "programme",
    "micromasters": "programme",
    "industry certification": "industry",
    "industry credential": "industry",
    "licence": "industry",
    "license": "industry",
    "certification": "industry",
}
"""Words for the four types."""
LANGUAGES = {
    "english": "en",
    "englisch": "en",
    "anglais": "en",
    "inglés": "en",
    "german": "de",
    "deutsch": "de",
    "allemand": "de",
    "alemán": "de",
    "french": "fr",
    "französisch": "fr",
    "français": "fr",
    "francés": "fr",
    "spanish": "es",
    "spanisch": "es",
    "espagnol": "es",
    "español": "es",
    "italian": "it",
    "italienisch": "it",
    "italien": "it",
    "italiano": "it",
    "dutch": "nl",
    "niederländisch": "nl",
    "nederlands": "nl",
    "portuguese": "pt",
    "portugiesisch": "pt",
    "português": "pt",
    "chinese": "zh",
    "japanese": "ja",
    "arabic": "ar",
    "polish": "pl",
    "polnisch": "pl",
    "polski": "pl",
}
"""Names of languages to BCP 47."""
FREE = frozenset(
    ["free", "kostenlos", "kostenfrei", "gebührenfrei", "entgeltfrei", "gratis", "gratuit", "gratuito", "gratuita"]
)
"""Words that columns of prices have where nothing is to be paid: a price of 0, because the source says so."""
UNIT = re.compile(
    r"(?i)\s*(hours?|hrs?|h|stunden|std\.?|heures|horas|ore|uren|(?P<minutes>minutes?|min\.?|minuten)"
    r"|(?P<lessons>ue|ustd\.?|unterrichtseinheiten|unterrichtsstunden|lektionen))\s*$"
)
"""The unit behind a workload."""
MINUTES_OF = {"hours": 60, "minutes": 1, "lessons": 45}
"""What a mapping may call the unit of workloads; a lesson (Unterrichtseinheit, academic hour) is of 45 minutes."""
WEEKLY = "weekly"
"""Instead of a unit: the column says hours a week, and the weeks beside it say how many."""
