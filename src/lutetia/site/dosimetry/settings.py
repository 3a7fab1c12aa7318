"""Which choices does a centre make for its dose calculations, once for all its patients?

``dosimetry.yaml``: each line is optional; what no line says is Lutetia's own choice. A preset names a whole set of
choices; the file's own lines come before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from pydantic import Field, model_validator

from lutetia.fileform import Duration, Misfit, MisfitError, Part, Quantity
from lutetia.fileform.findings import nearest
from lutetia.site.dosimetry.bladder import BladderChoice
from lutetia.site.dosimetry.lesions import LesionRegions
from lutetia.site.dosimetry.marrow import MarrowChoice
from lutetia.site.dosimetry.tables import CurveChoice, MonteCarloChoice, PopulationHalfLife, RepairChoice, TissueDensity
from lutetia.site.dosimetry.uncertainty import DeclaredUncertainty
from lutetia.vocabulary.recovery import RecoveryMethod
from lutetia.vocabulary.region import ALL, GROUPS, KEYS, LESION, REMAINDER, keys_of
from lutetia.vocabulary.registration import Registration
from lutetia.vocabulary.voxel_curves import VoxelCurves

Table = Literal["population_half_lives", "tissue_densities", "curves", "repair"]
TABLES: Final[tuple[Table, ...]] = ("population_half_lives", "tissue_densities", "curves", "repair")
_WITHOUT_REMAINDER: Final = ("tissue_densities", "repair")

SITE: Final = "the site's"
LUTETIA: Final = "Lutetia's"

DEFAULTS: Final[dict[str, Any]] = {
    "earlier_cycles": "not used",
    "reference_scan": Quantity(value=24.0, unit="h"),
    "registration": "rigid",
    "engine": "kernel",
    "monte_carlo": MonteCarloChoice(),
    "voxel_curves": "of the region",
    "recovery": "by resolution",
    "density": "CT",
    "references": "shown",
}
"""What is done where neither the file nor a preset says anything."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A value with whose it is and under which key it was written."""

    value: Any
    whose: str
    key: str = ""


class DosimetrySettings(Part):
    """A centre's choices; tables are keyed by organ code, group, ``lesion``, ``remainder`` or ``all``.

    Attributes
    ----------
    preset : str or None
        A set of choices by name, see :mod:`lutetia.site.dosimetry.presets`.
    curves : dict of str to CurveChoice
    earlier_cycles : {"used", "not used"} or None
        Whether a region's curve in an earlier cycle stands in where a later cycle has one scan.
    reference_scan : Duration or None
        The scan nearest to this time after administration carries the dose map.
    registration : {"rigid", "deformable"} or None
        How regions of one scan come to another: see :mod:`lutetia.vocabulary.registration`.
    engine : {"kernel", "monte_carlo", "local", "none"} or None
    monte_carlo : MonteCarloChoice or None
        Only where that engine is chosen.
    voxel_curves : {"of the region", "fitted", "integrated"} or None
        How decays are spread within a region of the dose map.
    recovery : {"by resolution", "by volume", "none"} or None
        Object-specific, from contours and the resolution of the image; from the calibration's sphere phantom by volume;
        or no correction.
    density : {"CT", "organ"} or None
        Where the density of a region comes from that ``tissue_densities`` does not name.
    density_elsewhere : TissueDensity or None
        For regions without CT, stated and published density.
    lesions : LesionRegions or None
        How regions of lesions are made from the image; without it they are taken as drawn.
    repair : dict of str to RepairChoice
        Parameters of BED; kidneys have those of the table without being named.
    uncertainty : DeclaredUncertainty or None
    marrow : MarrowChoice or None
        What an estimate of the dose of red marrow rests on; without it there is none.
    bladder : BladderChoice or None
        Excretion and voiding, for the dose at the bladder's wall; without it there is none.
    references : {"shown", "hidden"} or None
        Whether doses quoted for organs stand beside the sums over cycles.
    """

    format: Literal["lutetia-dosimetry/1"] = "lutetia-dosimetry/1"
    preset: str | None = None
    curves: dict[str, CurveChoice] = Field(default_factory=dict)
    population_half_lives: dict[str, PopulationHalfLife] = Field(default_factory=dict)
    earlier_cycles: Literal["used", "not used"] | None = None
    reference_scan: Duration | None = None
    registration: Registration | None = None
    engine: Literal["kernel", "monte_carlo", "local", "none"] | None = None
    monte_carlo: MonteCarloChoice | None = None
    voxel_curves: VoxelCurves | None = None
    recovery: RecoveryMethod | None = None
    density: Literal["CT", "organ"] | None = None
    tissue_densities: dict[str, TissueDensity] = Field(default_factory=dict)
    density_elsewhere: TissueDensity | None = None
    lesions: LesionRegions | None = None
    repair: dict[str, RepairChoice] = Field(default_factory=dict)
    uncertainty: DeclaredUncertainty | None = None
    marrow: MarrowChoice | None = None
    bladder: BladderChoice | None = None
    references: Literal["shown", "hidden"] | None = None

    @model_validator(mode="after")
    def _can_be_followed(self) -> Self:
        misfits = [
            Misfit((table, key), f"'{key}' is no region; {nearest(key, KEYS)}")
            for table in TABLES
            for key in getattr(self, table)
            if key not in KEYS
        ]
        misfits += [
            Misfit((table, REMAINDER), f"what lies outside all regions has no {table.replace('_', ' ')}; take it out")
            for table in _WITHOUT_REMAINDER
            if REMAINDER in getattr(self, table)
        ]
        misfits += self._preset_unknown() or [*self._half_lives_missing(), *self._not_followed()]
        if misfits:
            raise MisfitError(misfits)
        return self

    def _preset_unknown(self) -> list[Misfit]:
        from lutetia.site.dosimetry.presets import preset_names

        if self.preset is None or self.preset in preset_names():
            return []
        return [Misfit(("preset",), f"there is no preset '{self.preset}'; {nearest(self.preset, preset_names())}")]

    def _half_lives_missing(self) -> list[Misfit]:
        text = "a stated half-life is asked for and 'population_half_lives' names none; add it, or write 'published'"
        return [
            Misfit(("curves", key, "half_life"), text)
            for key, choice in self.curves.items()
            if choice.half_life == "stated" and not all(map(self._has_half_life, _members(key)))
        ]

    def _not_followed(self) -> list[Misfit]:
        if self.monte_carlo is None or (engine := self.chosen("engine").value) == "monte_carlo":
            return []
        return [Misfit(("monte_carlo",), f"the engine is '{engine}'; take it out, or write 'engine: monte_carlo'")]

    def _has_half_life(self, region: str) -> bool:
        keys = (ALL,) if region == ALL else keys_of(region)
        return any(key in one.population_half_lives for one in self.layers() for key in keys)

    def layers(self) -> tuple[DosimetrySettings, ...]:
        """Return the file's own lines, then those of its preset."""
        from lutetia.site.dosimetry.presets import preset

        return (self,) if self.preset is None else (self, preset(self.preset).settings)

    def of_region(self, table: Table, region: str) -> Stated | None:
        """Return what is stated for a region in a table: the file's own lines first, then the preset's."""
        for layer, whose in zip(self.layers(), self._owners(), strict=False):
            stated = getattr(layer, table)
            for key in keys_of(region):
                if key in stated:
                    return Stated(stated[key], whose, key)
        return None

    def chosen(self, name: str) -> Stated:
        """Return one choice for all regions, e.g. ``engine``: the file's, the preset's, or Lutetia's own."""
        for layer, whose in zip(self.layers(), self._owners(), strict=False):
            if (value := getattr(layer, name)) is not None:
                return Stated(value, whose)
        return Stated(DEFAULTS.get(name), LUTETIA)

    def _owners(self) -> tuple[str, ...]:
        return (SITE, f"preset {self.preset}")


def _members(key: str) -> tuple[str, ...]:
    return GROUPS.get(key, ("any lesion",) if key == LESION else (key,))
