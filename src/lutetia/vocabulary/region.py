"""Which organs have a name of their own: the codes under which a contour of a scan is known.

Lesions are named by their id in the course instead.
"""

from __future__ import annotations

from typing import Final

ORGANS: Final = {
    "kidney_left": "Left kidney",
    "kidney_right": "Right kidney",
    "liver": "Liver",
    "spleen": "Spleen",
    "parotid_left": "Left parotid gland",
    "parotid_right": "Right parotid gland",
    "submandibular_left": "Left submandibular gland",
    "submandibular_right": "Right submandibular gland",
    "lacrimal_left": "Left lacrimal gland",
    "lacrimal_right": "Right lacrimal gland",
    "bladder": "Urinary bladder",
    "marrow": "Red marrow",
    "body": "Whole body",
}
"""Organ code to the name that is shown."""

REPORTED_TOGETHER: Final = {
    "kidneys": "Both kidneys",
    "parotids": "Both parotid glands",
    "submandibulars": "Both submandibular glands",
    "salivary_glands": "Salivary glands",
    "lacrimals": "Both lacrimal glands",
}
"""Pairs and groups for which doses from elsewhere are reported; no contour is named so."""

LESION: Final = "lesion"
"""In a site's tables: every lesion."""
REMAINDER: Final = "remainder"
"""In a site's tables: what lies outside all regions."""
ALL: Final = "all"
"""In a site's tables: every organ and lesion that no other line of the table names."""

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "kidneys": ("kidney_left", "kidney_right"),
    "parotids": ("parotid_left", "parotid_right"),
    "submandibulars": ("submandibular_left", "submandibular_right"),
    "salivary_glands": ("parotid_left", "parotid_right", "submandibular_left", "submandibular_right"),
    "lacrimals": ("lacrimal_left", "lacrimal_right"),
}
"""Names under which several organs are set at once, and which; smaller groups come first."""

KEYS: Final = (*ORGANS, *GROUPS, LESION, REMAINDER, ALL)
"""Everything by which a site's tables may be keyed."""


def keys_of(region: str) -> tuple[str, ...]:
    """Return the keys that set something for a region, the most particular one first.

    Parameters
    ----------
    region : str
        Organ code, ``remainder``, or a lesion's id, which is every other name.

    Examples
    --------
    >>> keys_of("parotid_left")
    ('parotid_left', 'parotids', 'salivary_glands', 'all')
    >>> keys_of("L1")
    ('lesion', 'all')
    """
    if region == REMAINDER:
        return (REMAINDER,)
    if region not in ORGANS:
        return (LESION, ALL)
    return (region, *(name for name, members in GROUPS.items() if region in members), ALL)


def key_label(key: str) -> str:
    """Return how a key of a site's table is shown."""
    special = {LESION: "Every lesion", REMAINDER: "Outside all regions", ALL: "Every other region"}
    return special.get(key) or ORGANS.get(key) or REPORTED_TOGETHER[key]
