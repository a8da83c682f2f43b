"""What a column of somebody's table may be: one row per field of a catalogue record, with the words that headings use for it.

The words are those of headings seen in English, German, French, Spanish, Italian, Dutch and Portuguese exports. ``kind`` says how values
are read and which values speak for or against the field.
"""

from __future__ import annotations

from cairn.catalog.importing.mapping_fields_elements import ELEMENTS
from cairn.catalog.importing.mapping_fields_offer import OFFER
from cairn.catalog.importing.mapping_target import Target
from cairn.catalog.importing.mapping_target import target as _t

__all__ = ["PARTS", "TARGETS", "Target"]
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
            "language|languages|sprache|langue|idioma|lingua|taal|língua|lengua|language of the texts",
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
            "provider_city",
            "Provider's town",
            "provider",
            "text",
            "provider city|school city|institution city|ort des anbieters|sitz des anbieters|ville de l organisme",
        ),
        _t(
            "provider_county",
            "Provider's county",
            "provider",
            "text",
            "provider county|school county|institution county",
        ),
        _t("provider_state", "Provider's state", "provider", "text", "provider state|school state|institution state"),
        *ELEMENTS,
        *OFFER,
    )
}
PARTS = {"record": "The credential", "provider": "The provider", "offer": "The offer"}
