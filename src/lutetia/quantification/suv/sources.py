"""Who published the rules by which an uptake value is had from a header."""

from __future__ import annotations

from typing import Final

from lutetia.provenance import Citation, Source

_DICOM = Source(title="DICOM PS3.3, Information Object Definitions", year=2024, identifier="NEMA PS3.3")
_QIBA = Source(
    title="QIBA Profile: FDG-PET/CT as an imaging biomarker, version 1.05", year=2013, identifier="RSNA QIBA"
)
_IBSI_SUV = Source(
    title="Vacha et al., IBSI: Comprehensive manual for SUV computation and digital reference objects",
    year=2026,
    identifier="oncoray/suv_computation@bf11a08",
    licence="CC BY 4.0",
)
_SUGAWARA = Source(title="Sugawara et al., Radiology", year=1999, identifier="213:521")
_JANMAHASATIAN = Source(title="Janmahasatian et al., Clin Pharmacokinet", year=2005, identifier="44:1051")
_JAMES = Source(title="James, Research on obesity, HMSO", year=1976)
_MORGAN = Source(title="Morgan and Bray, Clin Pharmacokinet", year=1994, identifier="26:292")
_DU_BOIS = Source(title="Du Bois and Du Bois, Arch Intern Med", year=1916, identifier="17:863")

STANDARD: Final = Citation(_DICOM, "C.8.9.1 PET Series", "Units, SUV Type, Decay Correction")
QIBA: Final = Citation(_QIBA, "vendor-neutral pseudo-code for SUV calculation")
IBSI_UNITS: Final = Citation(_IBSI_SUV, "Voxel values (P) and their unit")
IBSI_DECAY: Final = Citation(_IBSI_SUV, "Radiopharmaceutical dose (D)", "Decay correction")
PHILIPS_FACTORS: Final = Citation(
    _IBSI_SUV, "Units = CNTS, after Philips' conformance statements", "(7053,1000), (7053,1009)"
)
LEAN_JANMAHASATIAN: Final = Citation(_JANMAHASATIAN, "lean body weight")
LEAN_JAMES: Final = Citation(_JAMES, "lean body mass", "men 128, women 148")
LEAN_MORGAN: Final = Citation(_MORGAN, "lean body mass", "men 120, women 148")
IDEAL_SUGAWARA: Final = Citation(_SUGAWARA, "ideal body weight")
SURFACE_DU_BOIS: Final = Citation(_DU_BOIS, "height-weight formula")
BODY_WEIGHT: Final = Citation(_IBSI_SUV, "Introduction", "SUVbw")
