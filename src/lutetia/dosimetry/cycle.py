"""What dose did one cycle deliver?

Joins the steps: regions measured on every scan, one curve per region, mass, mean dose; then the dose map and the
cross-dose of photons. Pure: images and statements in, doses and words out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite, log

import numpy as np

from lutetia.dosimetry.cross_dose import CrossDose, Source, cross_doses
from lutetia.dosimetry.dose_map import density_on, dose_of, tia_map
from lutetia.dosimetry.error_chain import ErrorChain, error_chains, weighted, with_budget, with_statistics
from lutetia.dosimetry.input import REMAINDER, CycleInput, ScanInput
from lutetia.dosimetry.marrow import MARROW, marrow_doses
from lutetia.dosimetry.marrow_around import around_marrow
from lutetia.dosimetry.mass import Mass, mass_of
from lutetia.dosimetry.organ import mean_dose_gy
from lutetia.dosimetry.organ.s_values import cross_organ_dose
from lutetia.dosimetry.radiobiology import Dvh, bed_of, bed_values, dvh
from lutetia.dosimetry.region_notes import region_notes
from lutetia.dosimetry.result import (
    CycleDose,
    DoseValue,
    FitRefusal,
    MarrowDose,
    MarrowRefusal,
    RegionDose,
    Sample,
    SpreadOfVoxels,
    TimeActivityFit,
)
from lutetia.dosimetry.samples import Measured, measure_cycle
from lutetia.dosimetry.time_activity import fit
from lutetia.dosimetry.uncertainty.printed import with_uncertainty
from lutetia.dosimetry.voxel import MonteCarloEngine, VoxelEngine
from lutetia.dosimetry.voxel_map import OnOneGrid, shared_out
from lutetia.dosimetry.words import assumptions, kinetics_of_rest, s_values_left_out, warnings
from lutetia.errors import InputError
from lutetia.quantification import divide
from lutetia.reference.radiobiology import REPAIR, Repair
from lutetia.volume import Coverage, Volume

__all__ = ["CycleInput", "ScanInput", "dose_of_cycle"]

WITHOUT_MEAN_DOSE: Mapping[str, str] = {
    "bladder": "the contents are measured and the wall is what is exposed; its dose needs another model",
    "marrow": "marrow lies between bone trabeculae, where the dose of a sphere of soft tissue does not hold",
}


MUCH_LEFT_OUT = 0.05
"""Lutetia's choice: blur puts a few per cent of the activity into air, a CT shorter than the SPECT far more."""


def without_mean_dose(region: str) -> FitRefusal | None:
    """Return why no mean dose is stated for a region; None where one is."""
    if region not in WITHOUT_MEAN_DOSE:
        return None
    offered = f"an estimate by itself: state '{region}' in the site's dosimetry.yaml"
    return FitRefusal(reason=f"no mean dose is stated: {WITHOUT_MEAN_DOSE[region]}", offered=(offered,))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Curves:
    """The curves of one region, without and with recovery."""

    uncorrected: TimeActivityFit | FitRefusal
    corrected: TimeActivityFit | FitRefusal | None

    @property
    def best(self) -> TimeActivityFit | FitRefusal:
        return self.uncorrected if self.corrected is None else self.corrected


def dose_of_cycle(given: CycleInput) -> CycleDose:
    """Compute the doses of one cycle.

    Parameters
    ----------
    given : CycleInput

    Returns
    -------
    CycleDose
        Every region of any scan in alphabetical order of its code, each with a dose or a refusal that says what is
        offered instead; the dose map where an engine is given.

    Raises
    ------
    InputError
        If scans, regions, masses or times are missing or contradict themselves.
    """
    if not (isfinite(given.given_mbq) and given.given_mbq > 0):
        raise InputError(
            f"cycle {given.cycle}",
            f"an activity given of {given.given_mbq} MBq is impossible",
            "record the administration",
        )
    measured = measure_cycle(given)
    masses = {name: mass_of(name, given, _scans_of(name, measured)) for name in measured.regions}
    errors = error_chains(given, measured, masses)
    samples = {name: weighted(found, errors.get(name), given) for name, found in measured.regions.items()}
    measured = replace(measured, regions=samples)
    curves = {name: _curves(name, found, given) for name, found in samples.items()}
    maps = _maps(given, measured, curves)
    regions = tuple(
        _region(
            name,
            given,
            samples[name],
            _Found(
                curves=curves[name],
                mass=masses[name],
                errors=errors.get(name),
                others=maps.others.get(name),
                dvh=_histogram(maps.dose, measured.covered.get(name)),
            ),
        )
        for name in sorted(curves)
    )
    return CycleDose(
        cycle=given.cycle,
        agent=given.agent,
        given_mbq=given.given_mbq,
        regions=regions,
        dose_map=maps.dose,
        tia_map=maps.tia,
        remainder=maps.remainder,
        own_kinetics=maps.own,
        spread_of_voxels=maps.spread,
        engine="none" if given.engine is None else given.engine.description,
        assumptions=(
            *assumptions(given, measured.scans),
            *kinetics_of_rest(maps.remainder),
            *(() if given.on_one_grid is None else given.on_one_grid.told),
        ),
        warnings=(*warnings(given, measured.scans), *measured.warnings, *maps.said),
        marrow=_marrow(given, measured, curves, maps),
    )


def _marrow(
    given: CycleInput, measured: Measured, curves: Mapping[str, _Curves], maps: _Maps
) -> tuple[MarrowDose | MarrowRefusal, ...]:
    if given.marrow is None:
        return ()
    fits = {name: of_region.best for name, of_region in curves.items()}
    rest = maps.remainder or _rest(given, measured, [])[0]
    fits |= {} if rest is None else {REMAINDER: rest}
    others = maps.others.get(MARROW) if given.engine is not None else None
    around = around_marrow(given, measured.regions, fits, measured.covered, None if others is None else others.gy)
    return marrow_doses(given.marrow, around)


def _scans_of(region: str, measured: Measured) -> list[ScanInput]:
    return [scan for scan in measured.scans if region in scan.regions]


def _curves(region: str, samples: tuple[Sample, ...], given: CycleInput) -> _Curves:
    def fitted(*, corrected: bool) -> TimeActivityFit | FitRefusal:
        return fit(
            samples,
            half_life_h=given.nuclide.half_life_h,
            region=region,
            corrected=corrected,
            single_time_point=given.half_lives.get(region),
            model=given.models.get(region),
            earlier=given.earlier.get(region),
        )

    known = all(sample.recovery is not None for sample in samples)
    return _Curves(uncorrected=fitted(corrected=False), corrected=fitted(corrected=True) if known else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What was found for one region."""

    curves: _Curves
    mass: Mass
    errors: ErrorChain | None
    others: CrossDose | None
    dvh: Dvh | None


def _histogram(made: Volume | None, covered: Coverage | None) -> Dvh | None:
    return None if made is None or covered is None else dvh(made, covered)


def _region(name: str, given: CycleInput, samples: tuple[Sample, ...], found: _Found) -> RegionDose:
    curves, mass = found.curves, found.mass

    def dose(curve: TimeActivityFit | FitRefusal, errors: ErrorChain | None) -> DoseValue | FitRefusal:
        if (unstated := without_mean_dose(name)) is not None:
            return unstated
        if isinstance(curve, FitRefusal):
            return curve
        value = with_budget(_dose(curve, mass, given, found.others), errors, given)
        return with_bed(with_statistics(value, found.others), name, given.repair)

    made = RegionDose(
        region=name,
        label=given.labels.get(name, name),
        samples=samples,
        mass_g=mass.gram,
        mass_from=mass.origin,
        uncorrected=dose(curves.uncorrected, None),
        corrected=None if curves.corrected is None else dose(curves.corrected, found.errors),
        notes=(*region_notes(name, samples, given), *_statistics(found.others)),
        dvh=found.dvh,
    )
    return replace(made, bed_dvh=_bed_histogram(made.shown, found.dvh))


def _bed_histogram(value: DoseValue | FitRefusal, doses: Dvh | None) -> Dvh | None:
    if doses is None or isinstance(value, FitRefusal) or value.bed is None:
        return None
    return bed_values(doses, value.fit.terms, value.bed.repair)


def _statistics(others: CrossDose | None) -> list[str]:
    if others is None or others.sigma_gy == 0:
        return []
    found = with_uncertainty(others.gy, others.sigma_gy)
    return [f"Dose from photons of other activity: {found} Gy (statistical uncertainty of the transport)."]


def _dose(curve: TimeActivityFit, mass: Mass, given: CycleInput, others: CrossDose | None) -> DoseValue:
    mean = mean_dose_gy(curve.tia_mbq_h, mass.gram, nuclide=given.nuclide.name)
    return DoseValue(fit=curve, mean_dose_gy=mean, total_dose_gy=None if others is None else mean + others.gy)


def with_bed(value: DoseValue, region: str, asked: Mapping[str, Repair] | None = None) -> DoseValue:
    """Return a dose with its BED, where the tissue's parameters are asked for or stand in the reference table."""
    repair = (asked or {}).get(region, REPAIR.get(region))
    if repair is None:
        return value
    return replace(value, bed=bed_of(value.best_gy, value.fit.terms, repair, dose_sigma_gy=value.sigma_gy))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maps:
    """The maps of dose and time-integrated activity, each region's dose from the others, and what to say."""

    dose: Volume | None = None
    tia: Volume | None = None
    remainder: TimeActivityFit | None = None
    others: Mapping[str, CrossDose] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    own: Volume | None = None
    spread: tuple[SpreadOfVoxels, ...] = ()


def _maps(given: CycleInput, measured: Measured, curves: Mapping[str, _Curves]) -> _Maps:
    if given.engine is None:
        return _by_s_values(given, curves)
    reference = measured.reference
    covered = measured.covered
    said: list[str] = []
    ratios = {name: _ratio_h(name, measured, curves[name].best, given, said) for name in covered}
    rest, rest_h = _rest(given, measured, said)
    tia = tia_map(reference.activity, covered, ratios, rest_h)
    unseen = sorted(curves.keys() - covered.keys())
    if unseen:
        said.append(f"Not on the reference scan, so counted as remainder in the dose map: {', '.join(unseen)}.")
    others: dict[str, CrossDose] = {}
    if given.engine.transports_photons:
        division = divide(covered, {name: reference.regions[name] for name in covered})
        sources = {name: Source(ratio_h=h, recovery=_recovery(name, measured)) for name, h in ratios.items()}
        density = density_on(reference, reference.activity.geometry)
        others = cross_doses(given.engine, reference.activity, covered, division, sources, rest_h, density)
    own: Volume | None = None
    spread: tuple[SpreadOfVoxels, ...] = ()
    if given.on_one_grid is not None:
        tia, own, spread = _among_voxels(given, given.on_one_grid, tia, covered, curves, rest)
    made = dose_of(_certain(given.engine, covered), tia, reference)
    said += _undosed(tia, made)
    return _Maps(dose=made, tia=tia, remainder=rest, others=others, said=tuple(said), own=own, spread=spread)


def _among_voxels(
    given: CycleInput,
    scans: OnOneGrid,
    tia: Volume,
    covered: Mapping[str, Coverage],
    curves: Mapping[str, _Curves],
    rest: TimeActivityFit | None,
) -> tuple[Volume, Volume, tuple[SpreadOfVoxels, ...]]:
    """Share time-integrated activities out among voxels, where their regions have curves."""
    fits = {name: of_region.best for name, of_region in curves.items()}
    known = {name: curve for name, curve in fits.items() if isinstance(curve, TimeActivityFit)}
    return shared_out(
        tia,
        covered,
        known if rest is None else {**known, REMAINDER: rest},
        scans,
        given.voxel_curves,
        half_life_h=given.nuclide.half_life_h,
        remainder=REMAINDER,
    )


def _by_s_values(given: CycleInput, curves: Mapping[str, _Curves]) -> _Maps:
    """Return each organ's dose from the others by S-values, where there are any."""
    if given.s_values is None:
        return _Maps()
    fits = {name: of_region.best for name, of_region in curves.items()}
    tia = {name: curve.tia_mbq_h for name, curve in fits.items() if isinstance(curve, TimeActivityFit)}
    found = cross_organ_dose(tia, given.s_values)
    return _Maps(others={name: CrossDose(gy=gy) for name, gy in found.gy.items()}, said=tuple(s_values_left_out(found)))


def _certain(engine: VoxelEngine, covered: Mapping[str, Coverage]) -> VoxelEngine:
    """Return the engine, told which regions its map is looked at in."""
    if not isinstance(engine, MonteCarloEngine):
        return engine
    return engine.certain_in({name: region.fractions for name, region in covered.items()})


def _undosed(tia: Volume, made: Volume) -> list[str]:
    """Say how much of the decays lies where the dose map states no dose, if it is much."""
    everywhere = float(tia.values.sum(dtype=np.float64))
    left_out = float(tia.values[made.values == 0].sum(dtype=np.float64)) / everywhere if everywhere else 0.0
    if left_out < MUCH_LEFT_OUT:
        return []
    return [f"{left_out:.0%} of the decays in the field lie outside the CT or in air, where the dose map states none."]


def _recovery(region: str, measured: Measured) -> float:
    """Return the recovery of a region at the reference scan; 1 where its curve is not corrected."""
    samples = measured.regions[region]
    now = next(s for s in samples if s.hours == measured.reference.hours).recovery
    return 1.0 if now is None or any(s.recovery is None for s in samples) else now


def _ratio_h(
    region: str, measured: Measured, curve: TimeActivityFit | FitRefusal, given: CycleInput, said: list[str]
) -> float:
    """Return time-integrated activity over activity at the reference scan [h]; a refused curve falls by decay alone."""
    if isinstance(curve, FitRefusal):
        said.append(
            f"{region}: its curve was refused, so the dose map takes physical decay only there (an upper bound)."
        )
        return given.nuclide.half_life_h / log(2)
    sample = next(s for s in measured.regions[region] if s.hours == measured.reference.hours)
    uses_corrected = all(s.recovery is not None for s in measured.regions[region])
    activity = sample.corrected_mbq if uses_corrected else sample.uncorrected_mbq
    return curve.tia_mbq_h / activity if activity else 0.0


def _rest(given: CycleInput, measured: Measured, said: list[str]) -> tuple[TimeActivityFit | None, float]:
    """Return the curve of what lies outside all regions, and its integral over its activity at the reference scan."""
    now = next((s for s in measured.remainder if s.hours == measured.reference.hours), None)
    if now is None or now.uncorrected_mbq <= 0:
        return None, 0.0
    curve = fit(
        measured.remainder,
        half_life_h=given.nuclide.half_life_h,
        region=REMAINDER,
        corrected=False,
        single_time_point=given.half_lives.get(REMAINDER),
        model=given.models.get(REMAINDER),
        earlier=given.earlier.get(REMAINDER),
    )
    if isinstance(curve, FitRefusal):
        said.append(
            "Outside all regions the dose map takes physical decay only (an upper bound): " + curve.reason + "."
        )
        return None, given.nuclide.half_life_h / log(2)
    return curve, curve.tia_mbq_h / now.uncorrected_mbq
