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
