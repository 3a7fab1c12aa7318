"""The Monte Carlo engine: photons followed through the tissues of a CT, electrons spread by density.

The transport itself is in :mod:`lutetia.dosimetry.monte_carlo` and needs the extra ``transport`` (numba); this module
imports it when a map is made. Statistical uncertainty is that of the photons: electrons are spread without chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from lutetia.dosimetry.monte_carlo.cuda import in_words, require_device
from lutetia.dosimetry.voxel.body import Body
from lutetia.dosimetry.voxel.electrons import spread
from lutetia.errors import MissingExtraError
from lutetia.reference.nuclide import nuclide
from lutetia.reference.photon import photon_lines
from lutetia.reference.point_kernel import Component, point_kernel
from lutetia.vocabulary.device import Device

Values = NDArray[np.float32]
Spacing = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MonteCarloMap:
    """Where energy went, in the unit of decays times keV.

    Attributes
    ----------
    electron, photon : ndarray, axes (z, y, x)
        By what carried it into the voxel; what bremsstrahlung carries counts as photon.
    photon_sigma : ndarray, axes (z, y, x)
        Statistical standard uncertainty of ``photon``.
    regions : mapping of str to (float, float)
        What photons brought into each named region, and its relative statistical standard uncertainty.
    escaped : float
        Energy of photons that left the grid.
    emitted : float
        Energy of all photons emitted.
    balance_relative_sigma : float
        Of what photons left in the grid and what left it, together.
    histories, batches : int
        Photons followed, and in how many independent batches; sigma is from the spread between these.
    reached : bool
        Every region is known as well as was asked.
    device : str
        Where photons were followed, in words.
    """

    electron: Values
    photon: Values
    photon_sigma: Values
    regions: Mapping[str, tuple[float, float]]
    escaped: float
    emitted: float
    balance_relative_sigma: float
    histories: int
    batches: int
    reached: bool
    device: str

    @property
    def total(self) -> Values:
        """Electrons and photons together."""
        return self.electron + self.photon


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MonteCarloEngine:
    """Photons by delta tracking, electrons by a density-scaled kernel.

    Attributes
    ----------
    nuclide : str
    relative_sigma : float
        Statistical uncertainty asked of what photons leave in every region; in the whole grid where none is named.
    seed : int
        The same seed gives the same result, on any number of cores.
    body : Body or None
        What the grid is filled with; None: soft tissue of 1.04 g/mL.
    most_histories : int
        Where to stop at the latest.
    workers : int or None
        Threads; every core where it is None.
    device : {"cpu", "cuda"}
        Where photons are followed.
    report : callable or None
        Told the part done, 0 to 1.
    regions : mapping of str to ndarray
        Part of each voxel that is inside a region, axes (z, y, x): what photons leave there must become certain.
    """

    nuclide: str
    relative_sigma: float = 0.01
    seed: int = 177
    body: Body | None = None
    most_histories: int = 200_000_000
    workers: int | None = None
    device: Device = "cpu"
    report: Callable[[float], None] | None = None
    regions: Mapping[str, NDArray[np.floating]] = field(default_factory=dict)

    @property
    def description(self) -> str:
        """Name, tables, seed, device and medium in words."""
        lines, kernel = photon_lines(self.nuclide).dataset, point_kernel(self.nuclide).dataset
        medium = "uniform soft tissue of 1.04 g/mL" if self.body is None else "the densities and tissues of the CT"
        return (
            f"Monte Carlo in {medium}: photons of {self.nuclide} ({lines.name}, sha256 {lines.sha256[:12]}; "
            "cross-sections of xraylib) by delta tracking, electrons by density-scaled rays "
            f"({kernel.name}, sha256 {kernel.sha256[:12]}); "
            f"on {in_words(self.device)}, seed {self.seed}, "
            f"{100 * self.relative_sigma:g} % asked of the photon dose of regions"
        )

    @property
    def transports_photons(self) -> bool:
        """Photons are followed until they are absorbed or leave the grid."""
        return True

    def in_body(self, body: Body | None) -> MonteCarloEngine:
        """Return the same engine for a body."""
        return replace(self, body=body)

    def certain_in(self, regions: Mapping[str, NDArray[np.floating]]) -> MonteCarloEngine:
        """Return the same engine with other regions; see ``regions``."""
        return replace(self, regions=regions)

    def absorbed(self, decays: Values, spacing_mm: Spacing, component: Component = "total") -> Values:
        """Return the energy absorbed in each voxel; see :class:`VoxelEngine`."""
        return self.followed(decays, spacing_mm, component).total

    def followed(self, decays: Values, spacing_mm: Spacing, component: Component = "total") -> MonteCarloMap:
        """Return where energy went, with its statistical uncertainty.

        Parameters
        ----------
        decays : ndarray, axes (z, y, x)
            Decays in each voxel, in any unit; negative values count as 0.
        spacing_mm : tuple of float
            Voxel size along axes 0, 1, 2 [mm].
        component : str
            ``total``, ``electron`` or ``photon`` by what left the nucleus.

        Raises
        ------
        MissingExtraError
            If numba is not installed.
        InputError
            If a CUDA device is asked for, and there is none.
        """
        if find_spec("numba") is None:
            raise MissingExtraError("transport", "the Monte Carlo engine")
        if self.device == "cuda":
            require_device()
        body = self.body or Body.uniform(decays.shape)
        if body.density_g_ml.shape != decays.shape:
            raise ValueError(f"the body has {body.density_g_ml.shape} voxels, the decays {decays.shape}")
        given = np.clip(decays, 0, None)
        spacing = (spacing_mm[0] / 10, spacing_mm[1] / 10, spacing_mm[2] / 10)
        electron = np.zeros(decays.shape, dtype=np.float32)
        if component != "photon":
            radiated = photon_lines(self.nuclide, "electron").kev_per_decay
            stopping = np.float32(nuclide(self.nuclide).electron_kev - radiated)
            electron = spread(given, body.density_g_ml, spacing, self.nuclide) * stopping
        return self._with_photons(electron, given, spacing, component, body)

    def _with_photons(
        self, electron: Values, given: Values, spacing: Spacing, component: Component, body: Body
    ) -> MonteCarloMap:
        from lutetia.dosimetry.monte_carlo.run import Stopping, sources_of, transport, weights_of
        from lutetia.dosimetry.monte_carlo.tables import emission, photon_tables
        from lutetia.dosimetry.monte_carlo.transport import grid_of

        whole = float(given.sum(dtype=np.float64))
        if whole == 0:
            none = np.zeros_like(electron)
            return MonteCarloMap(
                electron=electron, photon=none, photon_sigma=none, regions={}, escaped=0.0, emitted=0.0,
                balance_relative_sigma=0.0, histories=0, batches=0, reached=True, device=in_words(self.device),
            )  # fmt: skip
        starts = emission(photon_lines(self.nuclide, component))
        grid = grid_of(body.density_g_ml, body.material, spacing)
        regions = {name: weights_of(part) for name, part in self.regions.items()}
        found = transport(
            grid,
            sources_of(given, regions),
            starts,
            photon_tables(body.materials, grid.densest(len(body.materials))),
            seed=self.seed,
            regions=regions,
            stopping=Stopping(relative_sigma=self.relative_sigma, most_histories=self.most_histories),
            workers=self.workers,
            device=self.device,
            report=self.report,
        )
        local = given * np.float32(starts.local_kev)
        by_region = {
            name: _with_local(kev * whole, sigma, float(np.sum(local * self.regions[name], dtype=np.float64)))
            for name, (kev, sigma) in found.regions.items()
        }
        photon = (found.kev * whole).reshape(given.shape).astype(np.float32) + local
        return MonteCarloMap(
            electron=electron,
            photon=photon,
            photon_sigma=(found.sigma_kev * whole).reshape(given.shape).astype(np.float32),
            regions=by_region,
            escaped=found.escaped_kev * whole,
            emitted=(starts.followed_kev + starts.local_kev) * whole,
            balance_relative_sigma=found.sum_relative_sigma,
            histories=found.histories,
            batches=found.batches,
            reached=found.reached,
            device=found.device,
        )


def _with_local(kev: float, relative_sigma: float, local: float) -> tuple[float, float]:
    """Add what is absorbed where it arises and has no statistical uncertainty."""
    whole = kev + local
    return whole, kev * relative_sigma / whole if kev > 0 else relative_sigma
