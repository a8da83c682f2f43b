"""What a column may say of an offer: one row per field, as :mod:`mapping_fields` explains them."""

from __future__ import annotations

from cairn.catalog.importing.mapping_target import Target
from cairn.catalog.importing.mapping_target import target as t

OFFER: tuple[Target, ...] = (
    t("discounts", "Prices for holders of credentials", "record", "special", "discounts"),
    t("sold_together", "Prices for several together", "record", "special", "sold together"),
    t(
        "offer_key",
        "Identifier of the offer",
        "offer",
        "key",
        "run id|session id|offer id|run tag|readable id|courseware id|durchführung|session"
        "|run key|session key|class number|section|occurrence id|course run id",
    ),
    t(
        "price_total",
        "Price",
        "offer",
        "money",
        "total cost|totalcost|price|cost|current price|total price|fee total|preis|gesamtpreis|kosten|gebühr|"
        "teilnahmegebühr|prix|prix total|coût|tarif|precio|coste|prezzo|costo|prijs|preço"
        "|fee|full fee|full price|list price|amount|price amount|tuition and fees|cost to student|course fee|"
        "entgelt|teilnahmeentgelt|kursgebühren|gebühren|tarif ttc|prix ttc|importe|precio total|quota|tarief|"
        "kostprijs",
    ),
    t(
        "price_tuition",
        "Tuition",
        "offer",
        "money",
        "tuition|tuition fee|studiengebühr|kursgebühr|frais de scolarité|matrícula|collegegeld"
        "|tuition fees|tuition cost|tuition usd",
    ),
    t(
        "price_fees",
        "Fees",
        "offer",
        "money",
        "fees|registration fee|enrolment fee|anmeldegebühr|frais d inscription|tasas|inschrijfgeld"
        "|lab fee|lab fees|application fee|admin fee|administration fee|registration fees|verwaltungsgebühr|"
        "immatrikulationsgebühr|frais de dossier",
    ),
    t(
        "price_materials",
        "Books and materials",
        "offer",
        "money",
        "books materials cost|booksmaterialscost|materials|material cost|"
        "materialkosten|lernmaterial|matériel|materiales|materiali|lesmateriaal"
        "|books|book cost|textbooks|textbook cost|supplies|supplies cost|books and supplies|material fee|"
        "materials fee|kit cost",
    ),
    t(
        "price_other",
        "Other costs",
        "offer",
        "money",
        "other costs|othercosts|sonstige kosten|autres frais|otros costes|altri costi|overige kosten",
    ),
    t("currency", "Currency", "offer", "currency", "currency|währung|devise|monnaie|moneda|divisa|valuta|moeda"),
    t(
        "duration_text",
        "Duration in words",
        "offer",
        "text",
        "duration|length|course duration|dauer|kursdauer|durée|duración|durata|duur|duração"
        "|time to complete|how long",
    ),
    t("weeks", "Weeks", "offer", "number", "weeks|number of weeks|wochen|semaines|semanas|settimane|weken"),
    t(
        "mode",
        "Online or on site",
        "offer",
        "mode",
        "mode|delivery|delivery mode|format|learning format|modality|lernform|"
        "durchführungsform|veranstaltungsform|modalité|modalidad|modalità|vorm|lesvorm"
        "|duration weeks|length weeks|weeks to complete|anzahl wochen|nombre de semaines|número de semanas"
        "|mode of study|study mode|attendance mode|delivery method|delivery type|lehrform|unterrichtsform|"
        "mode d enseignement|formato|onderwijsvorm|modo",
    ),
    t(
        "evening",
        "In the evening",
        "offer",
        "yes",
        "evening|evening courses|eveningcourses|abendkurs|cours du soir|nocturno",
    ),
    t(
        "self_paced",
        "At one's own pace",
        "offer",
        "yes",
        "self paced|is self paced|selbstlernkurs|eigenes tempo|à votre rythme|a tu ritmo",
    ),
    t(
        "starts_on",
        "Starts on",
        "offer",
        "date",
        "start date|starts|starts on|start|begin|beginn|startdatum|kursbeginn|date de "
        "début|début|fecha de inicio|inicio|data inizio|begindatum"
        "|next intake|intake|next start|first day|begin date|begins|commencement|kursstart|ab|date debut|"
        "inizio|aanvang|data de início"
        "|starttermin|anfangstermin|comienzo|fecha de comienzo|date de démarrage|data di inizio",
    ),
    t(
        "ends_on",
        "Ends on",
        "offer",
        "date",
        "end date|ends|ends on|end|ende|enddatum|kursende|date de fin|fin|fecha de fin|data fine|einddatum"
        "|last day|finish|finish date|completion date|fine|einde|término|fecha final"
        "|endtermin|schlusstermin|finalización|fecha de finalización|data di fine",
    ),
    t(
        "apply_until",
        "Apply until",
        "offer",
        "date",
        "enrollment end date|enrollment end|enrolment deadline|apply by|deadline|"
        "anmeldeschluss|anmeldefrist|date limite|fecha límite|scadenza|aanmelden voor"
        "|application deadline|registration deadline|enrol by|enrollment deadline|enrolment ends|"
        "bewerbungsfrist|bewerbungsschluss|plazo de inscripción|plazo de matrícula|clôture des inscriptions|"
        "inschrijven voor|iscrizioni entro",
    ),
    t(
        "address",
        "Address",
        "offer",
        "text",
        "address|street|anschrift|straße|adresse postale|dirección|indirizzo|adres"
        "|venue|venue address|location address",
    ),
    t(
        "city",
        "City",
        "offer",
        "text",
        "city|town|ort|stadt|veranstaltungsort|ville|lieu|ciudad|città|plaats|stad|cidade"
        "|suburb|locality|municipality|campus city|municipio|localidad|commune|comune|gemeente|standort"
        "|lernort|kursort|seminarort|lugar|sede|lugar de impartición|lieu de formation|locatie",
    ),
    t("county", "County or district", "offer", "text", "county|district|landkreis|département|provincia"),
    t(
        "state_code",
        "State",
        "offer",
        "text",
        "state|province|region|bundesland|région|estado|comunidad autónoma|regione|provincie|kreis|canton|kanton",
    ),
    t("country", "Country", "offer", "country", "country|land|staat|pays|país|pais|paese"),
    t(
        "offer_url",
        "Page of the offer",
        "offer",
        "url",
        "courseware url|enrol url|enroll url|booking url|anmeldelink|lien d inscription|enlace de inscripción",
    ),
    t(
        "capacity",
        "Places",
        "offer",
        "number",
        "capacity|places|seats|plätze|teilnehmerzahl|max teilnehmer|nombre de places|plazas|posti|plaatsen"
        "|max enrollment|max enrolment|enrollment cap|maximum enrollment|class size|max students|group size|"
        "max participants|vagas|plazas ofertadas|plazas disponibles|teilnehmerplätze|places disponibles|"
        "aantal plaatsen|max tn|tn|teilnehmer|alumnos|no alumnos|número de alumnos",
    ),
    t("price_text", "Price in words", "offer", "text",
      "price text|price note|price information|price details|fee note|preishinweis|preisinformation|hinweis zum preis|"
      "information tarifaire|información de precio"),
    t("offer_hours", "Hours of the offer", "offer", "hours", "offer hours|session hours|hours of this run"),
    t("offer_languages", "Languages of the offer", "offer", "languages",
      "offer languages|offer language|session language|run language|sprache der durchführung|langue de la session"),
)  # fmt: skip
