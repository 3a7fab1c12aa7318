"""What the items of a structured report look like: a code, a number, a word, a time, a person, a UID.

Source: DICOM PS3.3 C.17.3 (SR Document Content). Codes for which the standard has none stand in the private scheme
99LUTETIA, which says in words what is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from lutetia.dicom.package import highdicom_package, pydicom_package

PRIVATE: Final = "99LUTETIA"
LONGEST_MEANING: Final = 64
"""Characters that a code's meaning may have (LO)."""
CONTAINS: Final = "CONTAINS"
HAS_PROPERTIES: Final = "HAS PROPERTIES"
HAS_CONCEPT_MOD: Final = "HAS CONCEPT MOD"
HAS_OBS_CONTEXT: Final = "HAS OBS CONTEXT"

UNIT_MEANINGS: Final = {"a": "year", "s": "seconds", "ml/min{1.73_m2}": "ml/min/1.73m2"}
"""Of units that the standard calls by another name than their UCUM code."""

Coded = tuple[str, str, str]
"""Code value, coding scheme, meaning."""


def concept(coded: Coded) -> Any:
    """Return a code as highdicom takes it."""
    return highdicom_package().sr.CodedConcept(*coded)


def container(name: Coded, items: Sequence[Any], *, template: str, under: str | None = None) -> Any:
    """Return a container with its items; the root of a report has nothing above it."""
    item = highdicom_package().sr.ContainerContentItem(concept(name), template_id=template, relationship_type=under)
    return with_items(item, items)


def code_item(name: Coded, value: Coded, under: str = CONTAINS) -> Any:
    """Return an item whose value is a code."""
    return highdicom_package().sr.CodeContentItem(concept(name), concept(value), relationship_type=under)


def number_item(
    name: Coded, value: float, unit: str, under: str = CONTAINS, *, at: date | datetime | None = None
) -> Any:
    """Return an item whose value is a number with its UCUM unit, and when it was so."""
    rounded = float(f"{value:.9g}")
    item = highdicom_package().sr.NumContentItem(
        concept(name), rounded, concept((unit, "UCUM", UNIT_MEANINGS.get(unit, unit))), relationship_type=under
    )
    return item if at is None else _observed(item, at)


def text_item(name: Coded, value: str, under: str = CONTAINS) -> Any:
    """Return an item whose value is words."""
    return highdicom_package().sr.TextContentItem(concept(name), value, relationship_type=under)


def time_item(name: Coded, value: datetime, under: str = CONTAINS) -> Any:
    """Return an item whose value is a time with its offset."""
    return highdicom_package().sr.DateTimeContentItem(concept(name), value, relationship_type=under)


def uid_item(name: Coded, value: str, under: str = CONTAINS) -> Any:
    """Return an item whose value is a UID."""
    return highdicom_package().sr.UIDRefContentItem(concept(name), value, relationship_type=under)


def person_item(name: Coded, value: str, under: str = CONTAINS) -> Any:
    """Return an item whose value is a person, called as the record calls him; which part is the surname is not known.

    The signs that part a name in DICOM are left out of it.
    """
    called = "".join(" " if c in "^=\\" else c for c in value).strip()[: LONGEST_MEANING - 1]
    return highdicom_package().sr.PnameContentItem(concept(name), f"{called}^", relationship_type=under)


def with_items(item: Any, items: Sequence[Any]) -> Any:
    """Return an item that has others below it, in their order."""
    if items:
        item.ContentSequence = highdicom_package().sr.ContentSequence(items)
    return item


def name_private_scheme(report: Any) -> None:
    """Say in a report whose the private codes are."""
    item = pydicom_package().Dataset()
    item.CodingSchemeDesignator, item.CodingSchemeName = PRIVATE, "Lutetia"
    item.CodingSchemeResponsibleOrganization = "The Lutetia developers"
    report.CodingSchemeIdentificationSequence = [item]


def _observed(item: Any, at: date | datetime) -> Any:
    item.ObservationDateTime = f"{at:%Y%m%d%H%M%S%z}" if isinstance(at, datetime) else f"{at:%Y%m%d}"
    return item
