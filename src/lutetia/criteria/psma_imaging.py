"""What does PSMA imaging have to say before a criterion can be applied to it? Its sites, as measured and as read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from lutetia.criteria.graded import Graded, Need, compared, some
from lutetia.criteria.interval import steady

ALL_SITES = Need("every site of disease, listed as of the day of the imaging")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site of disease; None where something was neither measured nor read.

    Attributes
    ----------
    kind : str
        ``local`` is the prostate or its bed; the others are metastases.
    long_mm, short_mm : float or None
        Its axes [mm].
    soft_tissue, soft_tissue_short_mm : bool or None, float or None
        Of a bone lesion: its soft-tissue component and the short axis of that [mm].
    suv_max, suv_mean : float or None
        On PSMA imaging.
    psma_positive, fdg_positive : bool or None
        As read.
    uptake_understated : bool or None
        Whether partial volume, motion or an artefact lowers its uptake, as read.
    """

    name: str
    kind: Literal["bone", "node", "visceral", "local"]
    long_mm: float | None = None
    short_mm: float | None = None
    soft_tissue: bool | None = None
    soft_tissue_short_mm: float | None = None
    suv_max: float | None = None
    suv_mean: float | None = None
    psma_positive: bool | None = None
    fdg_positive: bool | None = None
    uptake_understated: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imaging:
    """PSMA imaging of the whole body, with an FDG PET beside it where one was made.

    Attributes
    ----------
    sites : tuple of Site
    all_listed : bool
        Whether somebody stated that every site is among them.
    liver_suv_mean, parotid_suv_mean, tumour_suv_mean : float or None
        Mean SUV of the reference organs and of all tumour.
    liver_compares : bool
        False for a ligand that the liver itself takes up strongly: no ratio to the liver is then taken.
    fdg_pet : bool
        Whether an FDG PET was made.
    """

    sites: tuple[Site, ...]
    all_listed: bool
    liver_suv_mean: float | None = None
    parotid_suv_mean: float | None = None
    tumour_suv_mean: float | None = None
    liver_compares: bool = True
    fdg_pet: bool = False


def any_site(imaging: Imaging, holds: Callable[[Site], Graded]) -> Graded:
    """Tell whether a criterion holds for one site at least; that it holds for none needs every site."""
    each = [holds(site) for site in imaging.sites]
    found = some(*each)
    if found.holds:
        holding = [(site.name, one) for site, one in zip(imaging.sites, each, strict=True) if one.holds]
        read = tuple(dict.fromkeys(name for _, one in holding for name in one.as_read))
        return Graded(True, (), read, ", ".join(name for name, _ in holding))
    if imaging.sites and imaging.all_listed:
        return found._replace(because=f"none of {len(each)} sites" if found.holds is False else "")
    return Graded(None, (*found.needs, ALL_SITES))


def of_liver(site: Site, imaging: Imaging, holds: Callable[[float], bool]) -> Graded:
    """Compare the mean SUV of a site with that of the liver."""
    if not imaging.liver_compares:
        return Graded(None, (Need("read against the liver: a ratio does not hold for this ligand", site.name),))
    return _of_organ(site, imaging.liver_suv_mean, "liver", holds)


def of_parotid(site: Site, imaging: Imaging, holds: Callable[[float], bool]) -> Graded:
    """Compare the mean SUV of a site with that of the parotids."""
    return _of_organ(site, imaging.parotid_suv_mean, "parotid", holds)


def _of_organ(site: Site, organ: float | None, name: str, holds: Callable[[float], bool]) -> Graded:
    if site.suv_mean is not None and organ:
        return Graded(holds(steady(site.suv_mean / organ)))
    needs = [Need("mean SUV", site.name)] if site.suv_mean is None else []
    return Graded(None, (*needs, *([] if organ else [Need(f"mean SUV of the {name}")])))


def at_least(site: Site, axis: Literal["long", "short"], least_mm: float) -> Graded:
    """Tell whether an axis of a site reaches a length; a long axis below it settles the short one."""
    length = site.long_mm if axis == "long" else site.short_mm
    if axis == "short" and length is None and site.long_mm is not None and site.long_mm < least_mm:
        return Graded(False)
    return compared(length, lambda mm: mm >= least_mm, f"{axis} axis", site.name)


def read(site: Site, measured: Graded, *, positive: bool) -> Graded:
    """Let the reader's word on PSMA uptake stand in where a measurement leaves it open."""
    if measured.holds is not None or site.psma_positive is None:
        return measured
    return Graded(site.psma_positive is positive, (), (site.name,))
