"""Criteria of selection by PSMA imaging answer yes, no, or what they would have to know."""

from functools import partial

import pytest

from lutetia.criteria.graded import Graded
from lutetia.criteria.psma_imaging import Imaging, Site
from lutetia.criteria.psma_selection import (
    psg_group,
    psg_score,
    ratio_low,
    ratio_majority,
    ratio_others_first,
    read_negative,
    therap,
    therap_dim,
    therap_discordant,
    tumour_suv_mean,
    vision,
    vision_negative,
    vision_positive,
)
from lutetia.criteria.published import published

VISION = published()["VISION"].values
THERAP = published()["TheraP"].values
RATIO = published()["EANM/SNMMI ratio"].values
PSG = published()["PSG"].values

BONE = Site(name="L2", kind="bone", long_mm=20, soft_tissue=False, suv_max=25, suv_mean=12, psma_positive=True)


def imaging(*sites: Site, **seen: object) -> Imaging:
    given = {"all_listed": True, "liver_suv_mean": 5.0, "parotid_suv_mean": 10.0, **seen}
    return Imaging(sites=sites, **given)  # type: ignore[arg-type]


def needs(graded: Graded) -> set[str]:
    assert graded.holds is None
    return {str(need) for need in graded.needs}


def test_vision_takes_a_man_with_one_metastasis_brighter_than_the_liver() -> None:
    assert vision(imaging(BONE), **VISION).holds is True


def test_vision_does_not_look_at_the_prostate() -> None:
    prostate = Site(name="P", kind="local", long_mm=50, short_mm=45, suv_mean=1)
    assert vision_positive(imaging(prostate), liver_times=1).holds is False
    assert vision(imaging(prostate, BONE), **VISION).holds is True


def test_a_dim_node_without_a_short_axis_is_asked_for_it() -> None:
    node = Site(name="L1", kind="node", long_mm=40, suv_mean=4)
    assert needs(vision_negative(imaging(node, BONE), **VISION)) == {"L1: short axis"}


def test_a_node_that_is_bright_is_not_asked_for_its_size() -> None:
    node = Site(name="L1", kind="node", suv_mean=9)
    assert vision_negative(imaging(node, BONE), **VISION).holds is False


def test_a_long_axis_below_the_limit_settles_the_short_one() -> None:
    node = Site(name="L1", kind="node", long_mm=24, suv_mean=1)
    assert vision_negative(imaging(node, BONE), **VISION).holds is False


def test_without_the_liver_the_reader_of_the_lesion_stands_in_and_is_named() -> None:
    node = Site(name="L1", kind="node", long_mm=40, short_mm=30, suv_mean=4, psma_positive=False)
    found = vision_negative(imaging(node, liver_suv_mean=None), **VISION)
    assert found == Graded(True, (), ("L1",), "L1")
    assert vision_negative(imaging(node), **VISION) == Graded(True, (), (), "L1")


def test_a_liver_of_zero_is_no_reference() -> None:
    node = Site(name="L1", kind="node", long_mm=40, short_mm=30, suv_mean=4)
    assert needs(vision_positive(imaging(node, liver_suv_mean=0.0), liver_times=1)) == {"mean SUV of the liver"}


def test_no_site_at_all_is_not_the_absence_of_disease() -> None:
    assert vision(imaging(), **VISION).holds is None


@pytest.mark.parametrize(
    "of",
    [
        partial(vision_negative, **VISION),
        partial(therap_dim, all_suv_max=10, measurable_mm=10),
        partial(ratio_low, lesion_mm=10, parotid_part=0.5),
        partial(ratio_majority, parotid_times=1),
    ],
)
def test_a_list_that_nobody_calls_complete_leaves_the_rest_open(of: partial[Graded]) -> None:
    assert needs(of(imaging(BONE, all_listed=False))) == {"every site of disease, listed as of the day of the imaging"}


def test_therap_takes_a_man_who_is_bright_everywhere_and_nowhere_discordant() -> None:
    seen = imaging(Site(name="L1", kind="node", long_mm=20, suv_max=20, fdg_positive=True), fdg_pet=True)
    assert therap(seen, **THERAP).holds is True


def test_therap_is_unknown_without_an_fdg_pet() -> None:
    assert needs(therap(imaging(BONE), **THERAP)) == {"an FDG PET"}


def test_a_site_of_which_it_was_not_said_is_not_excused_by_partial_volume() -> None:
    dim = Site(name="L1", kind="bone", long_mm=12, suv_max=8)
    assert therap_dim(imaging(dim, BONE), all_suv_max=10, measurable_mm=10).holds is True


def test_a_discordant_site_needs_both_readings() -> None:
    site = Site(name="L1", kind="visceral", suv_max=4, fdg_positive=True)
    assert needs(therap_discordant(imaging(site, fdg_pet=True), all_suv_max=10)) == {
        "L1: whether it is positive on PSMA imaging"
    }


@pytest.mark.parametrize(("mean", "reaches"), [(10.0, True), (9.9, False), (None, None)])
def test_the_mean_suv_of_all_tumour_reaches_ten(mean: float | None, reaches: bool | None) -> None:
    numbers = published()["TheraP SUVmean"].values
    assert tumour_suv_mean(imaging(tumour_suv_mean=mean), **numbers).holds is reaches


def test_three_tiers_of_the_ratios_exclude_one_another_but_for_a_small_negative_site() -> None:
    def tiers(*sites: Site) -> list[bool | None]:
        seen = imaging(*sites)
        low = ratio_low(seen, lesion_mm=RATIO["lesion_mm"], parotid_part=RATIO["parotid_part"])
        high = ratio_majority(seen, parotid_times=RATIO["parotid_times"])
        return [one.holds for one in (low, ratio_others_first(low, high, read_negative(seen)), high)]

    site = partial(Site, kind="bone", long_mm=20, psma_positive=True)
    assert tiers(site(name="L1", suv_mean=4)) == [True, False, False]
    assert tiers(site(name="L1", suv_mean=7)) == [False, True, False]
    assert tiers(site(name="L1", suv_mean=12)) == [False, False, True]
    small = Site(name="L9", kind="node", long_mm=6, suv_mean=0, psma_positive=False)
    assert tiers(site(name="L1", suv_mean=12), site(name="L2", suv_mean=12), small) == [False, True, True]


def test_without_tumour_or_parotid_there_is_no_psg_group() -> None:
    assert psg_score(imaging(tumour_suv_mean=15.0)) == 1.5
    assert psg_group(imaging(), **PSG) is None
    assert psg_group(imaging(tumour_suv_mean=15.0, parotid_suv_mean=None), **PSG) is None
