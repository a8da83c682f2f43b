"""Crosswalks: from ESCO's occupations to O*NET's, and from fields of study (CIP) to occupations (SOC)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from cairn.errors import Invalid, RequirementsUnmet
from cairn.skills.importing.frameworks import ESCO, ONET
from cairn.skills.importing.report import Importer, Progress, Report
from cairn.skills.importing.saving import save_all
from cairn.skills.importing.tabular import Source
from cairn.skills.importing.values import cip, soc, tidy
from cairn.skills.models import FieldOfStudyLink, Occupation, OccupationLink

NESTA = "Nesta, Mapping Career Causeways, November 2020"
NO_MATCH = "99-9999"


def load_esco_onet(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Link ESCO's occupations with O*NET's. Both lists must be loaded first: rows whose occupation is not there are refused."""
    source = Source(paths)
    table = source.table(
        r"esco_onet_crosswalk.*", "esco_onet_crosswalk_Nov2020.csv", needed=("onet_code", "onet_occupation", "confidence", "concept_uri"),
        single=True,
    )  # fmt: skip
    esco = dict(Occupation.objects.filter(framework__slug=ESCO).values_list("uri", "pk"))
    onet = dict(Occupation.objects.filter(framework__slug=ONET).values_list("code", "pk"))
    if not esco or not onet:
        raise RequirementsUnmet(
            f"There are no {'ESCO' if not esco else 'O*NET'} occupations to link yet.",
            remedy="Import “onet” and “esco” first, then this crosswalk.",
            code="import_first",
        )

    def rows() -> Iterator[OccupationLink]:
        for row in table.rows("links", report):
            from_esco, to_onet = esco.get(row["concept_uri"]), onet.get(row["onet_code"])
            if to_onet is None:
                report.remark(
                    "links",
                    row.refused(
                        "unknown_occupation", f"O*NET {row['onet_code']} ({row['onet_occupation']}) is not among the occupations loaded.",
                        column="onet_code", remedy="The crosswalk is of 2020; later O*NET releases dropped or split some codes.",
                    ),
                )  # fmt: skip
            elif from_esco is None:
                report.remark(
                    "links",
                    row.refused(
                        "unknown_occupation",
                        f"ESCO {row['concept_uri']} is not among the occupations loaded.",
                        column="concept_uri",
                    ),
                )
            else:
                yield OccupationLink(
                    source_id=from_esco,
                    target_id=to_onet,
                    kind=f"confidence {row['confidence'].removesuffix('.0')} of 2",
                    origin=NESTA,
                )

    save_all(
        rows(), within=OccupationLink.objects.filter(origin=NESTA), key=("source_id", "target_id", "origin"), fields=("kind",),
        table="links", report=report, progress=progress,
    )  # fmt: skip
    report.source_digest = source.digest


def load_cip_soc(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Link fields of study with the occupations they prepare for."""
    source = Source(paths)
    try:
        table = source.table(
            r".*soc.*cip.*|.*cip.*soc.*",
            "soc2018_cip2020_crosswalk.csv",
            needed=("SOC2018Code", "CIP2020Code", "CIP2020Title"),
            single=True,
        )
    except Invalid as trouble:
        if any("2010" in str(name) for name in trouble.facts.get("columns", ())):
            raise Invalid(
                "This crosswalk is of CIP 2010 or SOC 2010.",
                remedy="Give the one of CIP 2020 and SOC 2018: codes changed in between.",
                code="older_edition",
            ) from trouble
        raise

    def rows() -> Iterator[FieldOfStudyLink]:
        for row in table.rows("links", report):
            if row["SOC2018Code"] == NO_MATCH:
                report.skip("fields of study to which the crosswalk gives no occupation")
                continue
            try:
                field, occupation = cip(row["CIP2020Code"]), soc(row["SOC2018Code"])
            except ValueError as trouble:
                report.remark("links", row.refused("not_a_code", f"{trouble}."))
                continue
            yield FieldOfStudyLink(
                cip=field, cip_title=tidy(row["CIP2020Title"]).removesuffix(".")[:300], soc=occupation
            )

    save_all(
        rows(),
        within=FieldOfStudyLink.objects.all(),
        key=("cip", "soc"),
        fields=("cip_title",),
        table="links",
        report=report,
        progress=progress,
    )
    report.source_digest = source.digest


ESCO_ONET = Importer(
    name="crosswalk-esco-onet",
    title="Crosswalk from ESCO to O*NET",
    reads="esco_onet_crosswalk_Nov2020.csv",
    help="Links ESCO's occupations with O*NET's (Nesta, 2020). Import “onet” and “esco” first.",
    load=load_esco_onet,
)
CIP_SOC = Importer(
    name="crosswalk-cip-soc",
    title="Crosswalk from fields of study to occupations",
    reads="soc2018_cip2020_crosswalk.csv",
    help="Says which occupations (SOC 2018) a field of study (CIP 2020) prepares for, by the US national statistics centres.",
    load=load_cip_soc,
)
