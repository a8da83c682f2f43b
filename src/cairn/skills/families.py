"""The 23 major groups of the Standard Occupational Classification 2018, by their first two digits (US Bureau of Labor Statistics)."""

from __future__ import annotations

FAMILIES = {
    "11": "Management",
    "13": "Business and finance",
    "15": "Computing and mathematics",
    "17": "Architecture and engineering",
    "19": "Life, physical and social science",
    "21": "Community and social service",
    "23": "Law",
    "25": "Education and libraries",
    "27": "Arts, design, media and sports",
    "29": "Healthcare practice",
    "31": "Healthcare support",
    "33": "Protective service",
    "35": "Food preparation and serving",
    "37": "Building and grounds",
    "39": "Personal care and service",
    "41": "Sales",
    "43": "Office and administration",
    "45": "Farming, fishing and forestry",
    "47": "Construction and extraction",
    "49": "Installation, maintenance and repair",
    "51": "Production",
    "53": "Transport and moving goods",
    "55": "Military",
}


def family_of(soc: str) -> str:
    """Return the name of the major group a SOC code belongs to, "Other" for a code outside the classification."""
    return FAMILIES.get(soc[:2], "Other")
