"""Laboratory results. LOINC codes as seen in HL7 implementation guides; a site may map others to these ids."""

from __future__ import annotations

from typing import Final

from lutetia.vocabulary.item import Item

_ALSO: Final = {
    "haemoglobin": ("hemoglobin", "hb", "hgb"),
    "haematocrit": ("hematocrit", "hct"),
    "leukocytes": ("leucocytes", "wbc", "white_cells", "white_blood_cells"),
    "neutrophils": ("anc", "granulocytes"),
    "lymphocytes": ("alc",),
    "platelets": ("thrombocytes", "plt", "platelet_count"),
    "creatinine": ("crea", "serum_creatinine"),
    "egfr": ("gfr",),
    "creatinine_clearance": ("clcr", "crcl"),
    "ast": ("got", "asat"),
    "alt": ("gpt", "alat"),
    "ggt": ("gamma_gt",),
    "bilirubin": ("total_bilirubin",),
    "alkaline_phosphatase": ("alp", "ap"),
    "ldh": ("lactate_dehydrogenase",),
    "crp": ("c_reactive_protein",),
    "sodium": ("na", "natrium"),
    "potassium": ("k", "kalium"),
    "calcium": ("ca", "corrected_calcium"),
    "magnesium": ("mg",),
}
"""What people write instead."""


def _count(name: str, asks: str, loinc: str, plausible: tuple[float, float]) -> Item:
    return Item(
        id=f"lab.{name}", kind="quantity", asks=asks, unit="10*9/L", plausible=plausible,
        codes={"loinc": loinc}, has_limits=True, also=_ALSO.get(name, ()),
    )  # fmt: skip


def _result(
    name: str, asks: str, unit: str, loinc: str | None, plausible: tuple[float, float], substance: str | None = None
) -> Item:
    return Item(
        id=f"lab.{name}", kind="quantity", asks=asks, unit=unit, plausible=plausible,
        codes={"loinc": loinc} if loinc else {}, substance=substance, has_limits=True, also=_ALSO.get(name, ()),
    )  # fmt: skip


haemoglobin = _result("haemoglobin", "Haemoglobin?", "g/dL", "718-7", (2, 20), "haemoglobin")
haematocrit = _result("haematocrit", "Haematocrit?", "%", "4544-3", (5, 75))
leukocytes = _count("leukocytes", "Leukocytes?", "6690-2", (0.05, 500))
neutrophils = _count("neutrophils", "Neutrophils, absolute?", "751-8", (0, 200))
lymphocytes = _count("lymphocytes", "Lymphocytes, absolute?", "731-0", (0, 400))
platelets = _count("platelets", "Platelets?", "777-3", (1, 3000))
creatinine = _result("creatinine", "Serum creatinine?", "mg/dL", "2160-0", (0.1, 25), "creatinine")
egfr = _result("egfr", "Estimated GFR, and by which formula?", "mL/min/{1.73_m2}", "98979-8", (1, 200))
measured_gfr = _result("measured_gfr", "Measured GFR, and by which method?", "mL/min/{1.73_m2}", None, (1, 200))
creatinine_clearance = _result(
    "creatinine_clearance", "Creatinine clearance, and by which formula or collection?", "mL/min", None, (1, 300)
)
ast = _result("ast", "AST?", "U/L", "1920-8", (1, 20000))
alt = _result("alt", "ALT?", "U/L", "1742-6", (1, 20000))
ggt = _result("ggt", "Gamma-GT?", "U/L", "2324-2", (1, 20000))
bilirubin = _result("bilirubin", "Total bilirubin?", "mg/dL", "1975-2", (0.05, 60), "bilirubin")
albumin = _result("albumin", "Albumin?", "g/dL", "1751-7", (0.5, 8))
alkaline_phosphatase = _result("alkaline_phosphatase", "Alkaline phosphatase?", "U/L", "6768-6", (1, 20000))
sodium = _result("sodium", "Sodium?", "mmol/L", "2951-2", (90, 200))
potassium = _result("potassium", "Potassium?", "mmol/L", "2823-3", (1, 12))
calcium = _result("calcium", "Calcium, corrected for albumin?", "mmol/L", None, (0.5, 6), "calcium")
magnesium = _result("magnesium", "Magnesium?", "mmol/L", None, (0.1, 6), "magnesium")
ldh = _result("ldh", "LDH?", "U/L", "2532-0", (10, 50000))
psa = _result("psa", "PSA?", "ng/mL", "2857-1", (0, 100000))
crp = _result("crp", "C-reactive protein?", "mg/L", "1988-5", (0, 1000))
testosterone = _result("testosterone", "Testosterone?", "ng/dL", "2986-8", (0, 1500), "testosterone")
