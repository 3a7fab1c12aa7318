"""Published criteria of selection and of castration resistance against the numbers of their publications.

Values: typed from the publications named in each row (VISION, TheraP and PCWG3 from what others write of them, the PSG
score and TheraP's biomarkers from the abstracts, the EANM/SNMMI guideline from its text), not from our own output.
They are limits and compared exactly.
"""

from datetime import date

import pytest

from lutetia.criteria.psma_imaging import Imaging
from lutetia.criteria.psma_selection import psg_score
from lutetia.guideline.book import load

PRINTED = {
    # limit of the book `selection_criteria`: value as printed
    "vision_liver_times": 1,  # Sartor 2021: greater than the liver
    "vision_node": 25,  # 2.5 cm
    "vision_organ": 10,  # 1.0 cm
    "vision_soft_tissue": 10,  # 1.0 cm
    "therap_bright": 20,  # Hofman 2021
    "therap_all": 10,
    "therap_measurable": 10,
    "therap_suv_mean": 10,  # Buteau 2022
    "ratio_lesion": 10,  # Kratochwil 2023: 1 cm
    "ratio_parotid_part": 0.5,
    "ratio_parotid_times": 1,
    "psg_high": 1.5,  # Hotta 2023
    "psg_low": 0.5,
    "guideline_testosterone": 50,
    "guideline_over_nadir": 1.25,  # 25 %
    "guideline_apart": 14,  # 2 weeks
    "pcwg3_testosterone": 50,  # Scher 2016
    "pcwg3_over_nadir": 1.25,
    "pcwg3_least_rise": 2,
    "pcwg3_confirmed_after": 21,  # 3 weeks
    "entry_rises": 2,
    "entry_apart": 7,  # 1 week
    "entry_start": 1,
}
DOI = (
    "10.1056/NEJMoa2107322",  # VISION
    "10.1016/S0140-6736(21)00237-3",  # TheraP
    "10.1016/S1470-2045(22)00605-2",  # TheraP, mean SUV
    "10.1007/s00259-023-06255-8",  # EANM/SNMMI
    "10.2967/jnumed.122.265242",  # PSG
    "10.1200/JCO.2015.64.2702",  # PCWG3
)
EDITION = load("selection_criteria").edition(date(2026, 1, 1))


@pytest.mark.parametrize("name", PRINTED)
def test_the_book_holds_the_number_that_was_printed(name: str) -> None:
    assert EDITION.limits[name].value == PRINTED[name]


def test_every_number_of_the_book_is_held_here() -> None:
    assert set(EDITION.limits) == set(PRINTED)


def test_every_rule_of_the_book_cites_a_publication_of_its_own() -> None:
    rules = EDITION.rules.values()
    assert {doi for rule in rules for doi in DOI if f"doi:{doi}" in rule.citation} == set(DOI)
    assert all(sum(f"doi:{doi}" in rule.citation for doi in DOI) == 1 for rule in rules)


def test_the_psg_score_is_tumour_over_parotid_as_printed() -> None:
    assert psg_score(Imaging(sites=(), all_listed=True, parotid_suv_mean=10.0, tumour_suv_mean=15.1)) == 1.51
