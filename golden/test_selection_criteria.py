"""Published criteria of selection and of castration resistance against the numbers of their publications.

Values: typed from the publications named in each row (VISION, TheraP and PCWG3 from what others write of them, the PSG
score and TheraP's biomarkers from the abstracts, the EANM/SNMMI guideline from its text), not from our own output.
They are limits and compared exactly.
"""

from datetime import date

import pytest

from lutetia.criteria.psma_imaging import Imaging, Site
from lutetia.criteria.psma_selection import psg_group, psg_high, psg_low, tumour_suv_mean
from lutetia.criteria.published import published
from lutetia.guideline.book import load

PRINTED = {
    # criterion, number: (value, name in the book `selection_criteria`)
    ("VISION", "liver_times"): (1, "vision_liver_times"),  # Sartor 2021: greater than the liver
    ("VISION", "node_mm"): (25, "vision_node"),  # 2.5 cm
    ("VISION", "organ_mm"): (10, "vision_organ"),  # 1.0 cm
    ("VISION", "soft_tissue_mm"): (10, "vision_soft_tissue"),  # 1.0 cm
    ("TheraP", "bright_suv_max"): (20, "therap_bright"),  # Hofman 2021
    ("TheraP", "all_suv_max"): (10, "therap_all"),
    ("TheraP", "measurable_mm"): (10, "therap_measurable"),
    ("TheraP SUVmean", "least"): (10, "therap_suv_mean"),  # Buteau 2022
    ("EANM/SNMMI ratio", "lesion_mm"): (10, "ratio_lesion"),  # Kratochwil 2023: 1 cm
    ("EANM/SNMMI ratio", "parotid_part"): (0.5, "ratio_parotid_part"),
    ("EANM/SNMMI ratio", "parotid_times"): (1, "ratio_parotid_times"),
    ("PSG", "above"): (1.5, "psg_high"),  # Hotta 2023
    ("PSG", "below"): (0.5, "psg_low"),
    ("CRPC by the guideline", "below_ng_dl"): (50, "guideline_testosterone"),
    ("CRPC by the guideline", "over_nadir"): (1.25, "guideline_over_nadir"),  # 25 %
    ("CRPC by the guideline", "apart_days"): (14, "guideline_apart"),  # 2 weeks
    ("CRPC by PCWG3", "below_ng_dl"): (50, "pcwg3_testosterone"),  # Scher 2016
    ("CRPC by PCWG3", "over_nadir"): (1.25, "pcwg3_over_nadir"),
    ("CRPC by PCWG3", "least_rise_ng_ml"): (2, "pcwg3_least_rise"),
    ("CRPC by PCWG3", "apart_days"): (21, "pcwg3_confirmed_after"),  # 3 weeks
    ("PCWG3 entry", "below_ng_dl"): (50, "pcwg3_testosterone"),
    ("PCWG3 entry", "rises"): (2, "entry_rises"),
    ("PCWG3 entry", "apart_days"): (7, "entry_apart"),  # 1 week
    ("PCWG3 entry", "start_ng_ml"): (1, "entry_start"),
}
DOI = {
    "VISION": "10.1056/NEJMoa2107322",
    "TheraP": "10.1016/S0140-6736(21)00237-3",
    "TheraP SUVmean": "10.1016/S1470-2045(22)00605-2",
    "EANM/SNMMI ratio": "10.1007/s00259-023-06255-8",
    "PSG": "10.2967/jnumed.122.265242",
    "CRPC by the guideline": "10.1007/s00259-023-06255-8",
    "CRPC by PCWG3": "10.1200/JCO.2015.64.2702",
    "PCWG3 entry": "10.1200/JCO.2015.64.2702",
}
PSG_GROUPS = (("1.51", "high"), ("1.5", "intermediate"), ("0.5", "intermediate"), ("0.49", "low"))
BOOK = load("selection_criteria")


@pytest.mark.parametrize(("criterion", "number"), PRINTED)
def test_criterion_and_book_hold_the_number_that_was_printed(criterion: str, number: str) -> None:
    value, name = PRINTED[criterion, number]
    assert published()[criterion].numbers[number].value == value
    assert BOOK.edition(date(2026, 1, 1)).limits[name].value == value


def test_every_number_of_criteria_and_book_is_held_here() -> None:
    assert {(one, number) for one, it in published().items() for number in it.numbers} == set(PRINTED)
    assert set(BOOK.edition(date(2026, 1, 1)).limits) == {name for _, name in PRINTED.values()}


@pytest.mark.parametrize("criterion", DOI)
def test_every_criterion_names_its_publication(criterion: str) -> None:
    assert published()[criterion].source.identifier == f"doi:{DOI[criterion]}"


def test_every_rule_of_the_book_cites_a_publication_of_its_own() -> None:
    rules = BOOK.edition(date(2026, 1, 1)).rules.values()
    assert {doi for rule in rules for doi in DOI.values() if f"doi:{doi}" in rule.citation} == set(DOI.values())
    assert all(sum(f"doi:{doi}" in rule.citation for doi in set(DOI.values())) == 1 for rule in rules)


def taken(tumour: float) -> Imaging:
    return Imaging(
        sites=(Site(name="L1", kind="bone"),), all_listed=True, parotid_suv_mean=10.0, tumour_suv_mean=tumour
    )


@pytest.mark.parametrize(("score", "group"), PSG_GROUPS)
def test_the_psg_score_sorts_as_printed(score: str, group: str) -> None:
    numbers = published()["PSG"].values
    seen = taken(round(10 * float(score), 6))
    assert psg_group(seen, **numbers) == group
    assert psg_high(seen, above=numbers["above"]).holds is (group == "high")
    assert psg_low(seen, below=numbers["below"]).holds is (group == "low")


@pytest.mark.parametrize(("mean", "reaches"), [(10, True), (9.99, False)])
def test_the_mean_suv_of_therap_is_reached_at_ten(mean: float, reaches: bool) -> None:
    assert tumour_suv_mean(taken(mean), **published()["TheraP SUVmean"].values).holds is reaches
