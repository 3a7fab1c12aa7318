"""What was chosen, by whom, and from which source: the lines that a report prints of a centre's settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from lutetia.site.dosimetry.bladder import BladderChoice
from lutetia.site.dosimetry.lesions import LesionRegions
from lutetia.site.dosimetry.marrow import MarrowChoice
from lutetia.site.dosimetry.presets import preset
from lutetia.site.dosimetry.settings import LUTETIA, SITE, DosimetrySettings, Stated, Table
from lutetia.site.dosimetry.tables import CITED_TISSUES, CurveChoice, PopulationHalfLife, RepairChoice, TissueDensity
from lutetia.site.dosimetry.uncertainty import DeclaredContour, DeclaredNoise, DeclaredUncertainty
from lutetia.vocabulary.region import ALL, GROUPS, KEYS, REMAINDER, key_label

NOT_STATED: Final = "not stated"
NOBODY: Final = "–"

_SCALARS: Final = {
    "earlier_cycles": "half-lives of earlier cycles",
    "reference_scan": "scan that carries the dose map",
    "registration": "registration between scans of a cycle",
    "engine": "voxel engine",
    "voxel_curves": "curves within a region of the dose map",
    "recovery": "recovery",
    "density": "density",
    "references": "doses quoted for organs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One choice of a dose calculation.

    Attributes
    ----------
    what, value : str
        In words.
    whose : str
        ``the site's``, ``preset NAME``, ``Lutetia's``, or of the course.
    source : str
        Where it was taken from, as far as that was stated.
    """

    what: str
    value: str
    whose: str
    source: str = ""


def choices_of(settings: DosimetrySettings) -> tuple[Choice, ...]:
    """Return every choice that holds for a centre's dose calculations, also those that nobody wrote down."""
    named = preset(settings.preset) if settings.preset else None
    first = () if named is None else (Choice(what="preset", value=named.name, whose=SITE, source=named.reason),)
    return (
        *first,
        *_curves(settings),
        *_table(settings, "population_half_lives", "half-life of other patients", _half_life),
        *(_scalar(settings, name, what) for name, what in _SCALARS.items()),
        *_monte_carlo(settings),
        *_table(settings, "tissue_densities", "density", _density),
        *_elsewhere(settings),
        *_lesions(settings),
        *_repair(settings),
        *_uncertainty(settings),
        *_marrow(settings),
        *_bladder(settings),
    )


def _in_force(settings: DosimetrySettings, table: Table) -> Iterator[tuple[str, Stated]]:
    """Yield the keys of a table that still say something, in the order of the vocabulary.

    A line of a preset is left out where the file's own lines already answer for each of its regions.
    """
    for key in KEYS:
        members = GROUPS.get(key, (key,))
        for region in members:
            found = settings.of_region(table, region) if key != ALL else _for_the_rest(settings, table)
            if found is not None and found.key == key:
                yield key, found
                break


def _for_the_rest(settings: DosimetrySettings, table: Table) -> Stated | None:
    for layer, whose in zip(settings.layers(), (SITE, f"preset {settings.preset}"), strict=False):
        if ALL in getattr(layer, table):
            return Stated(getattr(layer, table)[ALL], whose, ALL)
    return None


def _table(settings: DosimetrySettings, table: Table, what: str, words: Any) -> Iterator[Choice]:
    """Yield the lines of a table; regions with the same value and source share one."""
    together: dict[tuple[str, str, str], list[str]] = {}
    for key, found in _in_force(settings, table):
        value, source = words(found.value)
        together.setdefault((value, found.whose, source), []).append(key_label(key))
    for (value, whose, source), labels in together.items():
        yield Choice(what=f"{what}: {', '.join(labels)}", value=value, whose=whose, source=source)


def _curves(settings: DosimetrySettings) -> Iterator[Choice]:
    yield from _table(settings, "curves", "curve", _curve)
    stated = {key for key, _ in _in_force(settings, "curves")}
    if ALL not in stated:
        what = "curve: every other region" if stated else "curve"
        yield Choice(what=what, value="automatic", whose=LUTETIA, source="docs/time-activity.md")
    if REMAINDER not in stated and stated:
        yield Choice(
            what="curve: outside all regions", value="automatic", whose=LUTETIA, source="docs/time-activity.md"
        )


def _curve(choice: CurveChoice) -> tuple[str, str]:
    half_life = f", half-life {choice.half_life}" if choice.half_life else ""
    return f"{choice.method}{half_life}", choice.reason or ""


def _half_life(stated: PopulationHalfLife) -> tuple[str, str]:
    measured = (
        "" if stated.lowest_hours is None else f", measured {stated.lowest_hours:g} to {stated.highest_hours:g} h"
    )
    return f"{stated.hours:g} h, spread {100 * stated.relative_sd:.0f} %{measured}", stated.source


def _density(stated: TissueDensity) -> tuple[str, str]:
    return f"{stated.value:g} {stated.unit}", stated.source


def _scalar(settings: DosimetrySettings, name: str, what: str) -> Choice:
    found = settings.chosen(name)
    value = f"nearest to {found.value}" if name == "reference_scan" else str(found.value)
    return Choice(what=what, value=value, whose=found.whose)


def _monte_carlo(settings: DosimetrySettings) -> Iterator[Choice]:
    if settings.chosen("engine").value == "monte_carlo":
        found = settings.chosen("monte_carlo")
        asked = f"{_percent(found.value.relative_sigma)} of the photon dose of every region, seed {found.value.seed}"
        yield Choice(what="Monte Carlo: statistical uncertainty asked for", value=asked, whose=found.whose)
        yield Choice(what="Monte Carlo: where photons are followed", value=found.value.device, whose=found.whose)


def _elsewhere(settings: DosimetrySettings) -> Iterator[Choice]:
    found = settings.chosen("density_elsewhere")
    if found.value is not None:
        value, source = _density(found.value)
        yield Choice(what="density: where nothing else states one", value=value, whose=found.whose, source=source)


def _lesions(settings: DosimetrySettings) -> Iterator[Choice]:
    found = settings.chosen("lesions")
    chosen: LesionRegions | None = found.value
    if chosen is None:
        yield Choice(what="regions of lesions", value="as drawn", whose=LUTETIA)
        return
    if chosen.at_least is not None:
        number = f" of {chosen.at_least}"
    elif chosen.percent is not None:
        number = f", {chosen.percent:g} %"
    else:
        number = f", smoothed by {chosen.smoothing}"
    organs = ", ".join(key_label(key).lower() for key in chosen.without)
    without = f"; not into {organs} and {chosen.margin} around" if organs else ""
    yield Choice(
        what="regions of lesions",
        value=f"{chosen.method}{number}; up to {chosen.reach} beyond contour or point{without}; at least "
        f"{chosen.smallest}; made on {'each scan' if chosen.made_on == 'each scan' else 'the scan they were drawn on'}",
        whose=found.whose,
        source=chosen.source,
    )


def _bladder(settings: DosimetrySettings) -> Iterator[Choice]:
    found = settings.chosen("bladder")
    chosen: BladderChoice | None = found.value
    if chosen is not None:
        phases = " and ".join(f"{phase.share:g} with {phase.half_life}" for phase in chosen.excretion)
        value = f"every {chosen.voiding_interval}, {chosen.residual} left; excreted {phases}"
        yield Choice(what="bladder: voiding", value=value, whose=found.whose, source=chosen.source)


def _marrow(settings: DosimetrySettings) -> Iterator[Choice]:
    found = settings.chosen("marrow")
    chosen: MarrowChoice | None = found.value
    if chosen is None:
        return
    own = chosen.self_dose
    value = f"{own.s_value:g} {own.unit} for {own.mass_g:g} g"
    yield Choice(what="red marrow: S-value to itself", value=value, whose=found.whose, source=own.source)
    if (blood := chosen.blood) is not None:
        extracellular = "" if blood.extracellular_fraction is None else f", of {blood.extracellular_fraction:g} fluid"
        value = f"{blood.ratio}{extracellular}"
        yield Choice(what="red marrow: ratio to blood", value=value, whose=found.whose, source=blood.source)
    if (image := chosen.image) is not None:
        value = f"{image.share_of_marrow:g} of {image.mass_g:g} g in the contour"
        yield Choice(what="red marrow: share in the contour", value=value, whose=found.whose, source=image.source)


def _repair(settings: DosimetrySettings) -> Iterator[Choice]:
    yield from _table(settings, "repair", "repair", _repair_words)
    if all(settings.of_region("repair", region) is None for region in GROUPS["kidneys"]):
        value, source = _repair_words(RepairChoice(tissue="kidney"))
        yield Choice(what="repair: Both kidneys", value=value, whose=LUTETIA, source=source)


def _repair_words(choice: RepairChoice) -> tuple[str, str]:
    if choice.tissue is not None:
        cited = CITED_TISSUES[choice.tissue]
        ratio, hours = cited.alpha_beta_gy, cited.repair_half_life_h
        source = f"{cited.source.title} ({cited.source.year}), {cited.source.identifier}"
    else:
        assert choice.alpha_beta_gy is not None
        assert choice.repair_half_life_h is not None
        ratio, hours = choice.alpha_beta_gy, choice.repair_half_life_h
        source = f"{choice.source} ({choice.year})"
    return f"alpha/beta {ratio:.3g} Gy, repair half-life {hours:.3g} h", source


def _uncertainty(settings: DosimetrySettings) -> Iterator[Choice]:
    found = settings.chosen("uncertainty")
    if found.value is None:
        yield Choice(what="uncertainty", value="not stated: doses have none", whose=NOBODY)
        return
    declared: DeclaredUncertainty = found.value
    for what, value, source in _declared(declared):
        whose = NOBODY if value == NOT_STATED else found.whose
        yield Choice(what=f"uncertainty: {what}", value=value, whose=whose, source=source)


def _declared(declared: DeclaredUncertainty) -> Iterable[tuple[str, str, str]]:
    if declared.sensitivity is not None:
        yield "sensitivity, images in Bq/mL", _percent(declared.sensitivity.relative_sigma), declared.sensitivity.source
    width = declared.resolution
    yield ("resolution", NOT_STATED, "") if width is None else ("resolution", str(width.sigma), width.source)
    for key, contour in declared.contours.items():
        yield f"contour, {key_label(key)}", _contour(contour), contour.source
    if not declared.contours:
        yield "contours", NOT_STATED, ""
    for what, share in (("density", declared.density), ("stated masses", declared.mass)):
        if share is not None:
            yield what, _percent(share.relative_sigma), share.source
        elif what == "density":
            yield what, NOT_STATED, ""
    yield (
        ("noise", NOT_STATED, "")
        if declared.noise is None
        else ("noise", _noise(declared.noise), declared.noise.source)
    )


def _percent(sigma: float) -> str:
    return f"{100 * sigma:.2g} %"


def _contour(contour: DeclaredContour) -> str:
    if contour.volume_relative_sigma is not None:
        return f"drawn {contour.drawn}; volumes differ by {_percent(contour.volume_relative_sigma)} between observers"
    return f"drawn {contour.drawn} on an image with voxels of {contour.voxel} and a resolution of {contour.fwhm}"


def _noise(noise: DeclaredNoise) -> str:
    def said(value: float) -> str:
        return _percent(value) if noise.relative_sigma is not None else f"{value:g} times Poisson's variance"

    first = noise.relative_sigma if noise.relative_sigma is not None else noise.variance_factor
    assert first is not None
    return "; ".join([said(first), *(f"{key_label(key)} {said(value)}" for key, value in noise.by_region.items())])
