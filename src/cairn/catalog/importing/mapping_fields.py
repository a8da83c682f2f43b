"""What a column of somebody's table may be: one row per field of a catalogue record, with the words that headings use for it.

The words are those of headings seen in English, German, French, Spanish, Italian, Dutch and Portuguese exports. ``kind`` says how values
are read and which values speak for or against the field.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column may be mapped to. ``part`` is record, provider or offer."""

    name: str
    label: str
    part: str
    kind: str
    words: tuple[str, ...]


def _t(name: str, label: str, part: str, kind: str, words: str) -> Target:
    return Target(name, label, part, kind, tuple(words.split("|")))


TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        _t(
            "key",
            "Identifier",
            "record",
            "key",
            "id|identifier|uid|uuid|programid|program id|course id|readable id|code|course code|kennung|identifiant|"
            "identificador|codice|kurs nr|kursnummer|numéro|node id|courseware id|badge id|reference|slug"
            "|key|nr|nummer|number|no|código|codigo|clave|referencia|référence|réf|crn|sku|ref|angebotsnummer|"
            "kenziffer|matricola|opleidingscode|cursuscode"
            "|lfd nr|laufende nummer|nr crt|qualification number|qualification code|course number|"
            "course no|qp code|unit code|programme code",
        ),
        _t(
            "title",
            "Title",
            "record",
            "text",
            "title|official name|officialname|course title|course name|name|program name|programme|titel|bezeichnung|kurstitel|"
            "kursname|titre|intitulé|nom du cours|título|nombre|titolo|naam|nome|cursus|opleiding|badge name"
            "|program|course|class|kurs|lehrgang|seminar|angebot|denominación|denominacion|denominazione|libellé|"
            "dénomination|formation|curso|corso|benaming|qualification title|credential name|credential|"
            "thema der veranstaltung",
        ),
        _t(
            "description",
            "Description",
            "record",
            "long",
            "description|standardized description|summary|abstract|beschreibung|kurzbeschreibung|zusammenfassung|inhalt|"
            "inhalte|descripción|descripcion|résumé|resume|descrizione|omschrijving|beschrijving|descrição|about"
            "|overview|synopsis|course description|details|beschreibung des angebots|présentation|presentation|"
            "presentación|resumen|overzicht|sobre|content|contents|contenido|contenu|contenuti",
        ),
        _t(
            "type",
            "Type of credential",
            "record",
            "type",
            "type|credential type|certificate type|resource type|award type|art|abschluss|"
            "abschlussart|type de certificat|tipo|tipo de certificado|soort"
            "|kind|credential|tipo de título|type de diplôme|art des abschlusses|qualification type",
        ),
        _t(
            "language",
            "Language",
            "record",
            "language",
            "language|languages|course language|taught in|sprache|kurssprache|langue|idioma|lingua|taal|língua"
            "|medium of instruction|teaching language|unterrichtssprache|lehrsprache|langue d enseignement|lengua",
        ),
        _t(
            "criteria",
            "What must be shown",
            "record",
            "long",
            "criteria|earning criteria|requirements to earn|kriterien|critères|criterios|criteri",
        ),
        _t(
            "outcomes",
            "Learning outcomes",
            "record",
            "list",
            "learning outcomes|outcomes|learning objectives|what you will learn|lernziele|lernergebnisse|"
            "objectifs|acquis|objetivos|resultados de aprendizaje|obiettivi|leerdoelen|leerresultaten"
            "|objectives|intended learning outcomes|skills outcomes|objectifs pédagogiques|compétences visées|"
            "kompetenzziele|qualifikationsziele|risultati di apprendimento",
        ),
        _t(
            "skills",
            "Skills",
            "record",
            "list",
            "skills|skill|competencies|kompetenzen|fähigkeiten|compétences|competencias|habilidades|competenze|vaardigheden"
            "|skills gained|skills you will gain|skills taught|skill tags|competences",
        ),
        _t(
            "tags",
            "Topics",
            "record",
            "list",
            "topics|tags|subject|subjects|category|categories|keywords|themen|themengebiet|schlagwörter|"
            "schlagworte|kategorie|thèmes|mots clés|temas|categorías|argomenti|onderwerpen|roles|products"
            "|subject area|area|themenbereich|área temática|área de conocimiento|area tematica|domaine|vakgebied",
        ),
        _t(
            "prerequisites",
            "Needed beforehand",
            "record",
            "long",
            "prerequisites|prerequisite|entry requirements|voraussetzungen|prérequis|pré requis|"
            "requisitos|requisitos previos|prerequisiti|toelatingseisen|voorkennis"
            "|requirements|admission requirements|zulassungsvoraussetzungen|teilnahmevoraussetzungen|"
            "zugangsvoraussetzungen|conditions d admission|requisitos de acceso|entry criteria|who can apply|"
            "assumed knowledge|instapniveau",
        ),
        _t(
            "workload_hours",
            "Workload",
            "record",
            "hours",
            "total clock hours|totalclockhours|clock hours|workload|total qualification time|ue|ustd|hours|study hours|"
            "total hours|learning hours|duration in minutes|minutes|stunden|"
            "arbeitsaufwand|umfang stunden|lernzeit|heures|volume horaire|nombre d heures|horas|carga horaria|ore|uren|studielast|time"
            "|effort|study time|contact hours|contact hrs|hrs|notional hours|notional learning hours|"
            "learning time|umfang|gesamtumfang|unterrichtseinheiten|durée heures|duración horas|ore totali|volume"
            "|duration hours|length hours|hours to complete|dauer stunden|dauer std|durata ore|duración en horas|"
            "duur uren|duração horas",
        ),
        _t(
            "credits",
            "Credits",
            "record",
            "number",
            "credit|credits|ects|cp|leistungspunkte|crédits|créditos|crediti|studiepunten|continuing ed credits|ceu|ceus"
            "|ects credits|ects punkte|credit points|credit hours|credit value|units|kreditpunkte",
        ),
        _t(
            "level_text",
            "Level",
            "record",
            "any",
            "level|nsqf level|scqf level|aqf level|qcf level|nivel de cualificación|nivel cualificación|"
            "levels|difficulty|niveau|nivel|livello|niveaustufe|stufe|nqf level|eqf"
            "|level type|nivel meces|qualification level|eqf level|rqf level|dqr|dqr niveau|meces|nlqf|kursniveau|"
            "niveau de sortie",
        ),
        _t("field_of_study", "Field of study (CIP)", "record", "cip", "cip|cip code|cipcode|cip 2020"),
        _t(
            "leads_to",
            "Leads to",
            "record",
            "text",
            "leads to|degree awarded name|degreeawardedname|licence|license awarded|"
            "licenseawardedname|industry credential name|degree|award|führt zu|débouchés|titulación"
            "|certification|qualification|diploma|award title|certification visée|certificación|zertifikat|"
            "diplôme|diploma obtained"
            "|attestato|attestato rilasciato|titolo rilasciato|credencial obtenida",
        ),
        _t(
            "assessment_type",
            "Assessment",
            "record",
            "text",
            "assessment|assessment type|exam|prüfung|prüfungsform|leistungsnachweis|évaluation|evaluación|valutazione|toets|examen"
            "|assessment method|assessment methods|final exam|prüfungsleistung|prüfungsart|modalités d évaluation|"
            "sistema de evaluación|métodos de evaluación|modalità di verifica|toetsvorm|how you will be assessed",
        ),
        _t(
            "quality_assurance",
            "Quality assurance",
            "record",
            "text",
            "quality assurance|accreditation|accredited by|qualitätssicherung|"
            "akkreditierung|accréditation|acreditación|accreditamento|accreditatie",
        ),
        _t(
            "homepage",
            "Web page",
            "record",
            "url",
            "url|link|web page|website|course url|page url|webseite|adresse|lien|enlace|sitio web|pagina web|webpagina"
            "|page|more info|more information|info url|permalink|course link|weblink|internetseite|"
            "link zur webseite|página web|site web|sito web|homepage",
        ),
        _t(
            "provider",
            "Provider",
            "provider",
            "text",
            "provider|provider name|school|institution|organization|organisation|offered by|university|issuer|anbieter|träger|hochschule|"
            "bildungsträger|veranstalter|établissement|organisme|proveedor|centro|universidad|fornitore|ente|aanbieder|instelling"
            "|org|provider organisation|training provider|college|academy|partner|institute|institut|"
            "faculty provider|organisme de formation|centro de formación|entidad|anstalt|einrichtung|"
            "bildungseinrichtung|rto|awarding body|awarding institution|academia|opleider",
        ),
        _t(
            "provider_key",
            "Provider's identifier",
            "provider",
            "key",
            "provider id|providerid|school id|institution id|issuer id|anbieter id|anbieternummer",
        ),
        _t(
            "provider_website",
            "Provider's web page",
            "provider",
            "url",
            "provider url|provider website|school website|institution url|webseite anbieter",
        ),
        _t("provider_country", "Provider's country", "provider", "country", "provider country|institution country"),
        _t(
            "offer_key",
            "Identifier of the offer",
            "offer",
            "key",
            "run id|session id|offer id|run tag|readable id|courseware id|durchführung|session"
            "|run key|session key|class number|section|occurrence id|course run id",
        ),
        _t(
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
        _t(
            "price_tuition",
            "Tuition",
            "offer",
            "money",
            "tuition|tuition fee|studiengebühr|kursgebühr|frais de scolarité|matrícula|collegegeld"
            "|tuition fees|tuition cost|tuition usd",
        ),
        _t(
            "price_fees",
            "Fees",
            "offer",
            "money",
            "fees|registration fee|enrolment fee|anmeldegebühr|frais d inscription|tasas|inschrijfgeld"
            "|lab fee|lab fees|application fee|admin fee|administration fee|registration fees|verwaltungsgebühr|"
            "immatrikulationsgebühr|frais de dossier",
        ),
        _t(
            "price_materials",
            "Books and materials",
            "offer",
            "money",
            "books materials cost|booksmaterialscost|materials|material cost|"
            "materialkosten|lernmaterial|matériel|materiales|materiali|lesmateriaal"
            "|books|book cost|textbooks|textbook cost|supplies|supplies cost|books and supplies|material fee|"
            "materials fee|kit cost",
        ),
        _t(
            "price_other",
            "Other costs",
            "offer",
            "money",
            "other costs|othercosts|sonstige kosten|autres frais|otros costes|altri costi|overige kosten",
        ),
        _t("currency", "Currency", "offer", "currency", "currency|währung|devise|monnaie|moneda|divisa|valuta|moeda"),
        _t(
            "duration_text",
            "Duration in words",
            "offer",
            "text",
            "duration|length|course duration|dauer|kursdauer|durée|duración|durata|duur|duração"
            "|time to complete|how long",
        ),
        _t("weeks", "Weeks", "offer", "number", "weeks|number of weeks|wochen|semaines|semanas|settimane|weken"),
        _t(
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
        _t(
            "evening",
            "In the evening",
            "offer",
            "yes",
            "evening|evening courses|eveningcourses|abendkurs|cours du soir|nocturno",
        ),
        _t(
            "self_paced",
            "At one's own pace",
            "offer",
            "yes",
            "self paced|is self paced|selbstlernkurs|eigenes tempo|à votre rythme|a tu ritmo",
        ),
        _t(
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
        _t(
            "ends_on",
            "Ends on",
            "offer",
            "date",
            "end date|ends|ends on|end|ende|enddatum|kursende|date de fin|fin|fecha de fin|data fine|einddatum"
            "|last day|finish|finish date|completion date|fine|einde|término|fecha final"
            "|endtermin|schlusstermin|finalización|fecha de finalización|data di fine",
        ),
        _t(
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
        _t(
            "address",
            "Address",
            "offer",
            "text",
            "address|street|anschrift|straße|adresse postale|dirección|indirizzo|adres"
            "|venue|venue address|location address",
        ),
        _t(
            "city",
            "City",
            "offer",
            "text",
            "city|town|ort|stadt|veranstaltungsort|ville|lieu|ciudad|città|plaats|stad|cidade"
            "|suburb|locality|municipality|campus city|municipio|localidad|commune|comune|gemeente|standort"
            "|lernort|kursort|seminarort|lugar|sede|lugar de impartición|lieu de formation|locatie",
        ),
        _t("county", "County or district", "offer", "text", "county|district|landkreis|département|provincia"),
        _t(
            "state_code",
            "State",
            "offer",
            "text",
            "state|province|region|bundesland|région|estado|comunidad autónoma|regione|provincie|kreis|canton|kanton",
        ),
        _t("country", "Country", "offer", "country", "country|land|staat|pays|país|pais|paese"),
        _t(
            "offer_url",
            "Page of the offer",
            "offer",
            "url",
            "courseware url|enrol url|enroll url|booking url|anmeldelink|lien d inscription|enlace de inscripción",
        ),
        _t(
            "capacity",
            "Places",
            "offer",
            "number",
            "capacity|places|seats|plätze|teilnehmerzahl|max teilnehmer|nombre de places|plazas|posti|plaatsen"
            "|max enrollment|max enrolment|enrollment cap|maximum enrollment|class size|max students|group size|"
            "max participants|vagas|plazas ofertadas|plazas disponibles|teilnehmerplätze|places disponibles|"
            "aantal plaatsen|max tn|tn|teilnehmer|alumnos|no alumnos|número de alumnos",
        ),
    )
}
PARTS = {"record": "The credential", "provider": "The provider", "offer": "The offer"}
