"""Our words and those of OC4IDS. Codes that begin with x_ are ours, on open code lists only."""

from __future__ import annotations

from collections.abc import Mapping

from tongjian.records.projects.choices import DocumentKind, Nature

VERSION = "0.9"  # of a package; the schema's patch level is 0.9.5
SCHEMA = "0.9.5"
CURRENCY = "CNY"
YUAN = 4  # 万元 with four decimal places is a whole number of yuan
PROJECT_CODE = "x_CN-GBT40058"  # 投资项目代码
INDUSTRY = "CN-GBT4754"
KIND, NATURE = "x_kind", "x_nature"
PART_OF = "x_partOf"
AUTHORITY, BUILDER = "publicAuthority", "procuringEntity"

TYPES: Mapping[str, str] = {
    Nature.NEW: "construction",
    Nature.LIVING: "construction",
    Nature.RELOCATION: "construction",
    Nature.PURCHASE: "construction",
    Nature.EXPANSION: "expansion",
    Nature.RECONSTRUCTION: "rehabilitation",
    Nature.RESTORATION: "rehabilitation",
}
DOCUMENTS: Mapping[str, str] = {
    DocumentKind.APPROVAL: "x_approval",
    DocumentKind.CONTRACT: "contractSigned",
    DocumentKind.SITE_PHOTO: "x_sitePhoto",
    DocumentKind.LICENCE: "x_licence",
    DocumentKind.LAND: "landAndSettlementImpact",
    DocumentKind.PERMIT: "x_constructionPermit",
    DocumentKind.ACCEPTANCE: "completionCertificate",
    DocumentKind.OTHER: "x_other",
}
# Divisions of GB/T 4754 by the use after completion → projectSector
SECTORS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("44", "45"), ("energy",)),
    "46": ("waterAndWaste",),
    "53": ("transport", "transport.rail"),
    "54": ("transport", "transport.road"),
    "55": ("transport", "transport.water"),
    "56": ("transport", "transport.air"),
    **dict.fromkeys(("57", "58", "59", "60"), ("transport",)),
    **dict.fromkeys(("63", "64", "65"), ("communications",)),
    **dict.fromkeys(("76", "77"), ("naturalResources",)),
    "78": ("waterAndWaste",),
    "83": ("education",),
    **dict.fromkeys(("84", "85"), ("health",)),
    **dict.fromkeys(("86", "87", "88", "89", "90"), ("cultureSportsAndRecreation",)),
    **dict.fromkeys(("91", "92", "93", "94", "95", "96"), ("governance",)),
}
OTHER_SECTOR = ("economy",)
DIMENSIONS: Mapping[str, str] = {
    "year_to_date": "yearToDate",
    "construction": "construction",
    "installation": "installation",
    "equipment": "equipment",
    "other": "other",
    "old_equipment": "oldEquipment",
    "renewed_equipment": "renewedEquipment",
    "old_buildings": "oldBuildings",
    "land": "land",
    "total": "total",
}


def sectors(industry: str) -> list[str]:
    return list(SECTORS.get(industry[:2], OTHER_SECTOR))
