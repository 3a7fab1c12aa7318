"""What does PSMA imaging show of what VISION, TheraP, the EANM/SNMMI ratios and the PSG score ask?

Facts in, graded facts out; the numbers are arguments: those published stand in the limits of the book
``selection_criteria`` with source and place, and there the parts are joined to what each study asked. Nothing here
advises.

Sources: Sartor et al., N Engl J Med 2021;385:1091 (VISION); Hofman et al., Lancet 2021;397:797 and Buteau et al.,
Lancet Oncol 2022;23:1389 (TheraP); Kratochwil et al., Eur J Nucl Med Mol Imaging 2023;50:2830 (EANM/SNMMI); Hotta et
al., J Nucl Med 2023;64:1024 (PSG).
"""

from __future__ import annotations

from lutetia.criteria.graded import Graded, Need, compared, every, not_so
from lutetia.criteria.interval import steady
from lutetia.criteria.psma_imaging import (
    ALL_SITES,
    Imaging,
    Site,
    any_site,
    at_least,
    of_liver,
    of_parotid,
    read,
)

_NO = Graded(False)


def vision_positive(imaging: Imaging, *, liver_times: float) -> Graded:
    """Tell whether a metastasis of any size is brighter than the liver (VISION)."""

    def bright(site: Site) -> Graded:
        if site.kind == "local":
            return _NO
        return read(site, of_liver(site, imaging, lambda part: part > liver_times), positive=True)

    return any_site(imaging, bright)


def vision_negative(
    imaging: Imaging, *, liver_times: float, node_mm: float, organ_mm: float, soft_tissue_mm: float
) -> Graded:
    """Tell whether a metastasis is large enough to count and no brighter than the liver (VISION).

    Parameters
    ----------
    liver_times : float
        Multiple of the liver's uptake up to which a metastasis is negative.
    node_mm, organ_mm, soft_tissue_mm : float
        From which short axis a node, a lesion of a solid organ, the soft-tissue component of a bone lesion counts [mm].
    """

    def large(site: Site) -> Graded:
        if site.kind == "bone":
            return _soft_tissue(site, soft_tissue_mm)
        return at_least(site, "short", node_mm if site.kind == "node" else organ_mm)

    def negative(site: Site) -> Graded:
        if site.kind == "local":
            return _NO
        dim = read(site, of_liver(site, imaging, lambda part: part <= liver_times), positive=False)
        return every(large(site), dim)

    return any_site(imaging, negative)


def _soft_tissue(site: Site, least_mm: float) -> Graded:
    if site.soft_tissue is False:
        return _NO
    what = "whether it has a soft-tissue component, and its short axis"
    return compared(site.soft_tissue_short_mm, lambda mm: mm >= least_mm, what, site.name)


def therap_bright(imaging: Imaging, *, bright_suv_max: float) -> Graded:
    """Tell whether one site reaches the SUVmax that TheraP asked for."""
    return any_site(
        imaging, lambda site: compared(site.suv_max, lambda suv: suv >= bright_suv_max, "SUVmax", site.name)
    )


def therap_dim(imaging: Imaging, *, all_suv_max: float, measurable_mm: float) -> Graded:
    """Tell whether a measurable site does not exceed the SUVmax that TheraP asked of every one.

    Parameters
    ----------
    all_suv_max : float
        To be exceeded.
    measurable_mm : float
        From which long axis a site is measurable [mm]; one whose uptake is understated, as read, is not counted.
    """

    def dim(site: Site) -> Graded:
        if site.uptake_understated:
            return _NO
        low = compared(site.suv_max, lambda suv: suv <= all_suv_max, "SUVmax", site.name)
        return every(at_least(site, "long", measurable_mm), low)

    return any_site(imaging, dim)


def therap_discordant(imaging: Imaging, *, all_suv_max: float) -> Graded:
    """Tell whether a site is positive on FDG PET and negative on PSMA PET (TheraP).

    A site brighter than what TheraP asked of every site is not negative; of the others the reader says.
    """
    if not imaging.fdg_pet:
        return Graded(None, (Need("an FDG PET"),))

    def discordant(site: Site) -> Graded:
        return every(
            _said(site.fdg_positive, "whether it is positive on FDG PET", site), _psma_negative(site, all_suv_max)
        )

    return any_site(imaging, discordant)


def _psma_negative(site: Site, all_suv_max: float) -> Graded:
    if site.psma_positive is None and site.suv_max is not None and site.suv_max > all_suv_max:
        return _NO
    return not_so(_said(site.psma_positive, "whether it is positive on PSMA imaging", site))


def _said(answer: bool | None, what: str, site: Site) -> Graded:
    return Graded(None, (Need(what, site.name),)) if answer is None else Graded(answer, (), (site.name,))


def ratio_low(imaging: Imaging, *, lesion_mm: float, parotid_part: float) -> Graded:
    """Tell whether a site of some size takes up less than a part of what the parotids do (EANM/SNMMI)."""

    def low(site: Site) -> Graded:
        return every(at_least(site, "long", lesion_mm), of_parotid(site, imaging, lambda part: part < parotid_part))

    return any_site(imaging, low)


def ratio_majority(imaging: Imaging, *, parotid_times: float) -> Graded:
    """Tell whether more sites than not take up more than the parotids do (EANM/SNMMI)."""
    found = [of_parotid(site, imaging, lambda part: part > parotid_times) for site in imaging.sites]
    needs = tuple(need for one in found for need in one.needs)
    if not found or not imaging.all_listed:
        return Graded(None, (*needs, ALL_SITES))
    brighter, not_brighter = (sum(one.holds is held for one in found) for held in (True, False))
    most = True if 2 * brighter > len(found) else False if 2 * not_brighter >= len(found) else None
    if most is None:
        return Graded(None, needs)
    return Graded(most, because=f"{brighter} of {len(found)} sites")


def read_negative(imaging: Imaging) -> Graded:
    """Tell whether a site was read as negative."""
    return any_site(imaging, lambda site: not_so(_said(site.psma_positive, "whether it is positive", site)))


def psg_score(imaging: Imaging) -> float | None:
    """Return the mean SUV of all tumour over that of the parotids, the quantitative PSG score [1]."""
    tumour, parotid = imaging.tumour_suv_mean, imaging.parotid_suv_mean
    return None if tumour is None or not parotid else steady(tumour / parotid)
