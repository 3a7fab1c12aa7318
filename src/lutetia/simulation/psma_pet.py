"""What would a PET show of disease whose every volume, place and uptake is known?

The simulated man without his usual lesions is painted once and blurred as a scanner would; each lesion is added as an
ellipsoid painted on a grid of a millimetre, so that a small one has its true volume. A scan is this image turned and
shifted as the man lay, read at the scanner's own voxels, with noise. See docs/psma-disease.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import pi, prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.simulation import acquisition, tissue
from lutetia.simulation.anatomy import LESIONS, Build, Structure, structures
from lutetia.simulation.body import Body, paint
from lutetia.simulation.camera import Ring, blurred
from lutetia.simulation.organs import of_tissues, organs_with_uptake, skeleton, vessels
from lutetia.simulation.psma_pet_read import box_in, grid_between, part_of, read_image, read_labels
from lutetia.simulation.shape import Ellipsoid, Point
from lutetia.volume import Geometry, Mask, Rigid, Volume

MAN_GRID: Final = Geometry(shape=(353, 140, 196), spacing_mm=(2.5, 2.5, 2.5), origin_mm=(-243.75, -170.0, -240.0))
"""On which he is painted; wider than any scan, so that nothing is cut where he is moved."""
BLURRED_GRID: Final = Geometry(shape=(437, 172, 242), spacing_mm=(2.0, 2.0, 2.0), origin_mm=(-241.0, -168.0, -236.0))
"""Fine enough for the blurred image to be read anywhere between its points."""
SCAN_GRID: Final = Geometry(shape=(261, 116, 160), spacing_mm=(3.0, 3.0, 3.0), origin_mm=(-238.5, -166.5, -195.0))
"""From the orbits to the ischium."""
FINE_MM: Final = 1.0
"""Spacing on which a lesion is painted, and on which the volume above a threshold is counted."""
RIM_MM: Final = 12.0
"""Beyond its edge a lesion adds nothing: more than four standard deviations of the blur."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """A lesion as it is on one day: an ellipsoid of one uptake, where the man was drawn.

    Attributes
    ----------
    id : str
    centre, radii : tuple of float
        (x, y, z) [mm].
    suv : float
        Before the scanner blurs it.
    disease : bool
        False for a place that takes up the tracer without being disease, such as a filled ureter.
    """

    id: str
    centre: Point
    radii: Point
    suv: float
    disease: bool = True

    @property
    def volume_ml(self) -> float:
        """Its geometric volume [mL]."""
        return 4 / 3 * pi * prod(self.radii) / 1000

    @property
    def shape(self) -> Ellipsoid:
        """Return it as a body."""
        return Ellipsoid(self.centre, self.radii)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDeposit:
    """What is true of a deposit in one scan.

    Attributes
    ----------
    deposit : Deposit
    centre_mm : tuple of float
        Where it lies in the scan (x, y, z).
    peak_suv : float
        The highest SUV that the scanner shows of it without noise.
    seen_ml : float
        Volume at or above the threshold in the image without noise, where it adds more than anything else, counted on a
        grid of a millimetre [mL].
    seen_on_grid_ml : float
        The same, counted in the voxels of the scan [mL].
    """

    deposit: Deposit
    centre_mm: Point
    peak_suv: float
    seen_ml: float
    seen_on_grid_ml: float


@dataclass(frozen=True, kw_only=True, eq=False)
class SimulatedDisease:
    """One PET with the CT's regions in its own frame of reference, and what is true of it.

    Attributes
    ----------
    suv, noise_free : Volume
        SUV by body weight.
    body : Body
        The man without disease as he lay, on the grid of the scan.
    motion : Rigid
        From where he was drawn to where he lay.
    deposits : tuple of SeenDeposit
    """

    suv: Volume
    noise_free: Volume
    body: Body
    motion: Rigid
    deposits: tuple[SeenDeposit, ...]

    @property
    def lesions(self) -> tuple[SeenDeposit, ...]:
        """The deposits that are disease."""
        return tuple(one for one in self.deposits if one.deposit.disease)

    def masks(self) -> Mapping[str, Mask]:
        """Return the true regions: organs with uptake of their own, the skeleton and the large vessels."""
        drawn = dict(organs_with_uptake(self.body))
        return drawn | {one.name: one for one in (skeleton(self.body), vessels(self.body))} | self._lungs()

    def _lungs(self) -> dict[str, Mask]:
        """Return both lungs: they are painted as one, and lie on both sides of the man's middle."""
        both, geometry = of_tissues(self.body, frozenset({tissue.LUNG}), "lungs").voxels, self.body.geometry
        index = np.argwhere(both)
        left = self.motion.inverse().point(geometry.to_patient(index))[:, 0] > 0
        found = {}
        for name, side in (("lung_left", left), ("lung_right", ~left)):
            voxels = np.zeros(geometry.shape, dtype=np.bool_)
            voxels[tuple(index[side].T)] = True
            found[name] = Mask(voxels=voxels, geometry=geometry, name=name)
        return found


@lru_cache(maxsize=1)
def drawn_man() -> Body:
    """Return the man without disease where he was drawn."""
    ids = {lesion.id for lesion in LESIONS}
    return paint(tuple(s for s in structures(Build()) if s.region not in ids), MAN_GRID)


@lru_cache(maxsize=2)
def _healthy(uptake: tuple[tuple[str, float], ...], ring: Ring) -> NDArray[np.float32]:
    man = drawn_man()
    image = blurred(man.painted(healthy_suv(dict(uptake))), MAN_GRID, BLURRED_GRID, ring.fwhm_mm)
    image.flags.writeable = False
    return image


def healthy_suv(uptake: Mapping[str, float]) -> NDArray[np.float64]:
    """Return the true SUV of every label of the man without disease; ``uptake`` is relative to the usual."""
    return acquisition.suv_of_labels(drawn_man(), uptake, lesion_uptake=1.0)


def scan(
    deposits: tuple[Deposit, ...],
    *,
    motion: Rigid,
    frame_of_reference: str,
    seed: int,
    threshold: float,
    uptake: Mapping[str, float] | None = None,
    ring: Ring | None = None,
    grid: Geometry = SCAN_GRID,
) -> SimulatedDisease:
    """Take a PET.

    Parameters
    ----------
    deposits : tuple of Deposit
        Where the man was drawn; they do not touch each other's boxes by more than their blur.
    motion : Rigid
        From where he was drawn to where he lies.
    frame_of_reference : str
        Of this scan.
    seed : int
        Of its noise.
    threshold : float
        SUV from which on a voxel counts in ``seen_ml``.
    uptake : mapping of str to float, optional
        Uptake of regions relative to the usual.
    ring : Ring, optional
        The scanner.
    grid : Geometry
        Its voxels.
    """
    ring = ring or Ring()
    uptake = uptake or {}
    onto = acquisition.framed(grid, frame_of_reference)
    healthy = _healthy(tuple(sorted(uptake.items())), ring)
    added = [_added(one, healthy_suv(uptake), ring) for one in deposits]
    whole = healthy.copy()
    for box, values in added:
        whole[box] += values
    noise_free = np.clip(read_image(whole, BLURRED_GRID, onto, motion), 0, None)
    noisy = acquisition.pet_noise(noise_free, onto.spacing_mm, ring, np.random.default_rng(seed))
    labels = read_labels(drawn_man().labels, MAN_GRID, onto, motion)
    return SimulatedDisease(
        suv=Volume(values=np.clip(noise_free + noisy, 0, None), geometry=onto, unit="g/mL"),
        noise_free=Volume(values=noise_free, geometry=onto, unit="g/mL"),
        body=Body(drawn_man().structures, labels, onto),
        motion=motion,
        deposits=tuple(
            _seen(one, box, values, _rival(healthy, added, n), whole, onto, motion, threshold)
            for n, (one, (box, values)) in enumerate(zip(deposits, added, strict=True))
        ),
    )  # fmt: skip


def posed(geometry: Geometry, motion: Rigid) -> Body:
    """Return the man without disease as he lies after a motion, on another grid, such as that of a CT."""
    labels = read_labels(drawn_man().labels, MAN_GRID, geometry, motion)
    return Body(drawn_man().structures, labels, geometry)


def _added(
    deposit: Deposit, suv: NDArray[np.float64], ring: Ring
) -> tuple[tuple[slice, slice, slice], NDArray[np.float32]]:
    """Return what a deposit adds to the blurred image, and where."""
    low, high = (np.asarray(corner) for corner in deposit.shape.box)
    fine = grid_between(low - FINE_MM, high + FINE_MM, FINE_MM)
    inside = paint((Structure(tissue.NODE, (deposit.shape,)),), fine).labels > 0
    around = read_labels(drawn_man().labels, MAN_GRID, fine, Rigid())
    # the voxels of the fine grid carry the true volume to their number, the ellipsoid to its formula
    scale = deposit.volume_ml / (int(inside.sum()) * fine.voxel_ml)
    more = np.where(inside, (deposit.suv - suv[around]) * scale, 0.0).astype(np.float32)
    box = box_in(BLURRED_GRID, low - RIM_MM, high + RIM_MM)
    return box, blurred(more, fine, part_of(BLURRED_GRID, box), ring.fwhm_mm)


def _rival(
    healthy: NDArray[np.float32], added: list[tuple[tuple[slice, slice, slice], NDArray[np.float32]]], n: int
) -> NDArray[np.float32]:
    """Return, around a deposit, the most that anything else shows: healthy tissue or another deposit."""
    box = added[n][0]
    rival = healthy[box].copy()
    for other, values in added[:n] + added[n + 1 :]:
        common = [slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(box, other, strict=True)]
        if all(part.start < part.stop for part in common):
            here = tuple(slice(c.start - b.start, c.stop - b.start) for c, b in zip(common, box, strict=True))
            there = tuple(slice(c.start - b.start, c.stop - b.start) for c, b in zip(common, other, strict=True))
            rival[here] = np.maximum(rival[here], values[there])
    return rival


def _seen(
    deposit: Deposit,
    box: tuple[slice, slice, slice],
    own: NDArray[np.float32],
    rival: NDArray[np.float32],
    whole: NDArray[np.float32],
    onto: Geometry,
    motion: Rigid,
    threshold: float,
) -> SeenDeposit:
    part = part_of(BLURRED_GRID, box)
    low, high = part.to_patient((0, 0, 0)), part.to_patient(np.array(part.shape) - 1)
    fine = grid_between(low + 1, high - 1, FINE_MM)
    image = np.ascontiguousarray(whole[box])
    on_fine = _owned((image, own, rival), part, fine, Rigid(), threshold)
    reach = np.ceil(np.linalg.norm(high - low) / 2) + 3
    there = motion.point(deposit.centre)
    box_there = box_in(onto, there - reach, there + reach)
    on_grid_ml = 0.0
    if all(side.start < side.stop for side in box_there):
        on_grid = _owned((image, own, rival), part, part_of(onto, box_there), motion, threshold)
        on_grid_ml = float(on_grid.sum()) * onto.voxel_ml
    middle = read_image(image, part, fine, Rigid())
    x, y, z = (float(v) for v in there)
    return SeenDeposit(
        deposit=deposit,
        centre_mm=(x, y, z),
        peak_suv=float(middle[on_fine].max()) if on_fine.any() else float(own.max()),
        seen_ml=float(on_fine.sum()) * fine.voxel_ml,
        seen_on_grid_ml=on_grid_ml,
    )


def _owned(
    images: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]],
    source: Geometry,
    onto: Geometry,
    motion: Rigid,
    threshold: float,
) -> NDArray[np.bool_]:
    """Return the voxels at or above the threshold of which a deposit shows more than anything else does."""
    value, own, rival = (read_image(image, source, onto, motion) for image in images)
    return np.asarray((value >= threshold) & (own > rival), dtype=np.bool_)
