"""What a column may say of the elements of Annex I that stand beside title, outcomes and workload (Council Recommendation 2022/C 243/02).

One row per field, as :mod:`mapping_fields` explains them. What a kind reads is in :mod:`mapping_elements`.
"""

from __future__ import annotations

from cairn.catalog.importing.mapping_target import Target
from cairn.catalog.importing.mapping_target import target as t

ELEMENTS: tuple[Target, ...] = (
    t("credit_scheme", "Kind of credits", "record", "scheme",
      "credit scheme|credit type|type of credits|kind of credits|credit unit|credit unit type|credit system|unit of credits|"
      "art der leistungspunkte|kreditsystem|punktesystem|type de crédits|système de crédits|unité de crédits|tipo de créditos|"
      "sistema de créditos|tipo di crediti|sistema di crediti|soort studiepunten|tipo de crédito"),
    t("level", "Level as a number", "record", "level",
      "eqf level|eqf|eqf niveau|eqr niveau|eqr|niveau cec|cec|nivel mec|nivel eqf|livello eqf|livello qeq|"
      "dqr niveau|dqr|nqr niveau|nqf level|rqf level|scqf level|aqf level|nqf|rqf|scqf|cqfw level|nfq level|nlqf|nlqf niveau|meces|"
      "nivel meces|nsqf level|eqf nlqf level|level number|numeric level"),
    t("level_framework", "Framework of the level", "record", "framework",
      "level framework|qualifications framework|qualification framework|framework|level system|qualifikationsrahmen|referenzrahmen|"
      "cadre de qualification|cadre de certification|marco de cualificaciones|quadro delle qualifiche|kwalificatiekader"),
    t("participation", "Form of participation", "record", "mode",
      "participation|form of participation|teilnahmeform|form der teilnahme|forme de participation|modalité de participation|"
      "forma de participación|forma di partecipazione|deelnamevorm"),
    t("supervision", "Supervision of the assessment", "record", "supervision",
      "supervision|supervised|proctored|proctoring|invigilated|invigilation|is proctored|assessment supervised|"
      "supervision and identity check|"
      "supervision and identity verification|aufsicht|beaufsichtigt|prüfungsaufsicht|surveillance|surveillé|supervisión|supervisado|"
      "sorveglianza|supervisione|toezicht|onder toezicht"),
    t("identity_check", "Identity check", "record", "supervision",
      "identity check|identity checked|identity verified|identity verification|id verification|id verified|id check|"
      "assessment id verified|identitätsprüfung|identität geprüft|ausweiskontrolle|vérification d identité|identité vérifiée|"
      "verificación de identidad|identidad verificada|verifica dell identità|identiteitscontrole|identiteit gecontroleerd"),
    t("grading", "Grading scheme", "record", "text",
      "grading|grading scheme|grading scale|grading system|grade scale|marking scheme|marking|pass mark|passing score|pass grade|"
      "notenskala|benotung|notensystem|bestehensgrenze|notation|échelle de notation|barème|système de notation|escala de calificación|"
      "sistema de calificación|calificación|scala di valutazione|votazione|beoordelingsschaal|becijfering|classificação"),
    t("valid_months", "Validity", "record", "validity",
      "validity|valid for|valid months|validity period|period of validity|certificate validity|valid|expires after|expires in|"
      "expiration period|expiry period|expiry|renewal period|recertification period|recertification|renewal|gültigkeit|gültigkeitsdauer|"
      "geltungsdauer|gültig|validité|durée de validité|vigencia|periodo de validez|validez|validità|durata validità|periodo di validità|"
      "geldigheid|geldigheidsduur|validade"),
    t("taught_in", "Languages of teaching", "record", "languages",
      "taught in|course language|kurssprache|teaching language|language of instruction|language of teaching|medium of instruction|"
      "instruction language|unterrichtssprache|lehrsprache|langue d enseignement|langue de formation|langue du cours|"
      "idioma de impartición|lengua de impartición|idioma del curso|lingua di insegnamento|lingua d insegnamento|lingua del corso|"
      "onderwijstaal|voertaal|instructietaal|língua de ensino|idioma de ensino"),
    t("skill_urls", "Addresses of skills", "record", "addresses",
      "skill urls|skill url|skill uris|skill uri|skill ids|skill addresses|esco skills|esco uris|esco uri|esco|competency urls|"
      "competency uris|alignment url|target url|kompetenz url|kompetenz uri|uri compétences|uri competencias|uri competenze|"
      "vaardigheden uri"),
    t("skill_frameworks", "Frameworks of skills", "record", "parts",
      "skill frameworks|skill framework|competency framework|target framework|alignment framework|kompetenzrahmen"),
    t("skill_levels", "Levels of skills", "record", "parts", "skill levels|skill level|competency levels|kompetenzniveau"),
    t("stackability", "Stand-alone or stackable", "record", "stackability",
      "stackability|stackable|stand alone or stackable|integration stackability|stapelbar|anrechenbar|cumulable|capitalisable|"
      "acumulable|apilable|cumulabile|stapelbaar"),
    t("further_information", "Further information", "record", "long",
      "further information|additional information|further details|weitere informationen|weitere hinweise|bemerkungen|"
      "informations complémentaires|información adicional|observaciones|ulteriori informazioni|aanvullende informatie"),
    t("further_texts", "Texts in further languages (JSON)", "record", "json", "further texts"),
    t("related", "Related credentials, each as “relation: name <address>”", "record", "related", "related credentials"),
    t("needed_before", "Needed beforehand: names", "record", "parts", "names of what is needed before"),
    t("needed_before_addresses", "Needed beforehand: addresses", "record", "addresses", "needed before addresses"),
    t("earnings", "Published earnings (JSON)", "record", "json list", "published earnings"),
    t("identifiers", "Other identifiers", "record", "parts", "identifiers|other identifiers|other ids|weitere kennungen"),
)  # fmt: skip
