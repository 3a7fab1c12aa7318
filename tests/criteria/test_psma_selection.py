"""Criteria of selection by PSMA imaging answer yes, no, or what they would have to know."""

from functools import partial

import pytest

from lutetia.criteria.graded import Graded
from lutetia.criteria.psma_imaging import Imaging, Site
from lutetia.criteria.psma_selection import (
    psg_score,
    ratio_low,
    ratio_majority,
    read_negative,
    therap_bright,
    therap_dim,
    therap_discordant,
    vision_negative,
    vision_positive,
)

SIZES = {"liver_times": 1, "node_mm": 25, "organ_mm": 10, "soft_tissue_mm": 10}
"""Sartor et al., N Engl J Med 2021;385:1091, Methods."""

BONE = Site(name="L2", kind="bone", long_mm=20, soft_tissue=False, suv_max=25, suv_mean=12, psma_positive=True)


def imaging(*sites: Site, **seen: object) -> Imaging:
    given = {"all_listed": True, "liver_suv_mean": 5.0, "parotid_suv_mean": 10.0, **seen}
    return Imaging(sites=sites, **given)  # type: ignore[arg-type]


def needs(graded: Graded) -> set[str]:
    assert graded.holds is None
    return {str(need) for need in graded.needs}


def test_vision_takes_a_man_with_one_metastasis_brighter_than_the_liver() -> None:
    assert vision_positive(imaging(BONE), liver_times=1).holds is True
    assert vision_negative(imaging(BONE), **SIZES).holds is False


def test_vision_does_not_look_at_the_prostate() -> None:
    prostate = Site(name="P", kind="local", long_mm=50, short_mm=45, suv_mean=1)
    assert vision_positive(imaging(prostate), liver_times=1).holds is False
    assert vision_negative(imaging(prostate, BONE), **SIZES).holds is False


def test_a_dim_node_without_a_short_axis_is_asked_for_it() -> None:
    node = Site(name="L1", kind="node", long_mm=40, suv_mean=4)
    assert needs(vision_negative(imaging(node, BONE), **SIZES)) == {"L1: short axis"}


def test_a_node_that_is_bright_is_not_asked_for_its_size() -> None:
    node = Site(name="L1", kind="node", suv_mean=9)
    assert vision_negative(imaging(node, BONE), **SIZES).holds is False


def test_a_long_axis_below_the_limit_settles_the_short_one() -> None:
    node = Site(name="L1", kind="node", long_mm=24, suv_mean=1)
    assert vision_negative(imaging(node, BONE), **SIZES).holds is False


def test_without_the_liver_the_reader_of_the_lesion_stands_in_and_is_named() -> None:
    node = Site(name="L1", kind="node", long_mm=40, short_mm=30, suv_mean=4, psma_positive=False)
    found = vision_negative(imaging(node, liver_suv_mean=None), **SIZES)
    assert found == Graded(True, (), ("L1",), "L1")
    assert vision_negative(imaging(node), **SIZES) == Graded(True, (), (), "L1")


def test_a_liver_of_zero_is_no_reference() -> None:
    node = Site(name="L1", kind="node", long_mm=40, short_mm=30, suv_mean=4)
    assert needs(vision_positive(imaging(node, liver_suv_mean=0.0), liver_times=1)) == {"mean SUV of the liver"}


def test_no_site_at_all_is_not_the_absence_of_disease() -> None:
    assert vision_positive(imaging(), liver_times=1).holds is None
    assert vision_negative(imaging(), **SIZES).holds is None


@pytest.mark.parametrize(
    "of",
    [
        partial(vision_negative, **SIZES),
        partial(therap_dim, all_suv_max=10, measurable_mm=10),
        partial(ratio_low, lesion_mm=10, parotid_part=0.5),
        partial(ratio_majority, parotid_times=1),
    ],
)
def test_a_list_that_nobody_calls_complete_leaves_the_rest_open(of: partial[Graded]) -> None:
    assert needs(of(imaging(BONE, all_listed=False))) == {"every site of disease, listed as of the day of the imaging"}


def test_therap_takes_a_man_who_is_bright_everywhere_and_nowhere_discordant() -> None:
    seen = imaging(Site(name="L1", kind="node", long_mm=20, suv_max=20, fdg_positive=True), fdg_pet=True)
    assert therap_bright(seen, bright_suv_max=20).holds is True
    assert therap_dim(seen, all_suv_max=10, measurable_mm=10).holds is False
    assert therap_discordant(seen, all_suv_max=10).holds is False


def test_discordance_is_unknown_without_an_fdg_pet() -> None:
    assert needs(therap_discordant(imaging(BONE), all_suv_max=10)) == {"an FDG PET"}


def test_a_site_of_which_it_was_not_said_is_not_excused_by_partial_volume() -> None:
    dim = Site(name="L1", kind="bone", long_mm=12, suv_max=8)
    assert therap_dim(imaging(dim, BONE), all_suv_max=10, measurable_mm=10).holds is True


def test_a_discordant_site_needs_both_readings() -> None:
    site = Site(name="L1", kind="visceral", suv_max=4, fdg_positive=True)
    assert needs(therap_discordant(imaging(site, fdg_pet=True), all_suv_max=10)) == {
        "L1: whether it is positive on PSMA imaging"
    }


def test_the_low_and_the_high_tier_of_the_ratios_exclude_one_another() -> None:
    def tiers(*sites: Site) -> list[bool | None]:
        seen = imaging(*sites)
        low = ratio_low(seen, lesion_mm=10, parotid_part=0.5)
        return [one.holds for one in (low, read_negative(seen), ratio_majority(seen, parotid_times=1))]

    site = partial(Site, kind="bone", long_mm=20, psma_positive=True)
    assert tiers(site(name="L1", suv_mean=4)) == [True, False, False]
    assert tiers(site(name="L1", suv_mean=7)) == [False, False, False]
    assert tiers(site(name="L1", suv_mean=12)) == [False, False, True]
    small = Site(name="L9", kind="node", long_mm=6, suv_mean=0, psma_positive=False)
    assert tiers(site(name="L1", suv_mean=12), site(name="L2", suv_mean=12), small) == [False, True, True]


def test_without_tumour_or_parotid_there_is_no_psg_score() -> None:
    assert psg_score(imaging(tumour_suv_mean=15.0)) == 1.5
    assert psg_score(imaging()) is None
    assert psg_score(imaging(tumour_suv_mean=15.0, parotid_suv_mean=None)) is None
