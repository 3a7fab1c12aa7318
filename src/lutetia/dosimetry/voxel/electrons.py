"""Where do electrons stop where lung, bone and air lie beside soft tissue?

Each voxel sends its electrons along straight rays; along a ray the energy left behind is that of the point kernel in
water at the same grams per square centimetre (density scaling; O'Connor, Phys Med Biol 1957;1:352), so that what leaves
a voxel depends on its own density and how far it goes on those that it meets. Rays are a fixed set, the same for every
voxel: nothing is random, and energy is conserved ray by ray. In a uniform medium the result is the voxel kernel itself.

A gram of bone slows electrons less than one of water (0.88 times) and scatters them more; both together make it count
as about 0.97 g (scripts/layered_box_penelope.py), so grams are taken as they are. Left out is what an interface changes
in the paths themselves: bone scatters electrons back, lung does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.dosimetry.voxel.rays import Offset, Rays, Spacing
from lutetia.reference.point_kernel import point_kernel

Array = NDArray[np.float64]
Values = NDArray[np.float32]

RANGE_G_CM2: Final = 0.2
"""All electrons have stopped; what the kernel has beyond is bremsstrahlung."""
NEARLY_ALL_G_CM2: Final = 0.12
"""Less than 0.1 % of the electrons' energy goes further."""
SIMILAR: Final = 2.5
"""Where no neighbour is lighter or denser by this factor, nor so light that electrons pass through it, what a voxel
gives them is taken from the table of a uniform medium: how much leaves is settled by the voxel's own density."""
FARTHEST_CM: Final = 2.0
"""Length of a ray: the range in 0.1 g/mL. What is left then goes on in air and is not followed."""
LEAST_G_ML: Final = 0.1
"""Below it a voxel is air: activity seen there is blur, and what it sends out is kept where it is."""

_MANY, _FEW = 12_000, 16
"""Rays through each face: for the tables of a uniform medium, and for each voxel whose surroundings differ."""
_KEPT: Final = 3e-3
"""How much it counts that a ray keeps the weight with which it was drawn."""
_STEPS: Final = 4000
_DENSITIES: Final = np.geomspace(LEAST_G_ML, 3.0, 40)


def spread(decays: Values, density_g_ml: Values, spacing_cm: Spacing, nuclide: str) -> Values:
    """Return where the energy of electrons is absorbed.

    Parameters
    ----------
    decays : ndarray, axes (z, y, x)
    density_g_ml : ndarray, axes (z, y, x)
        [g/mL].
    spacing_cm : tuple of float
        Voxel size along axes 0, 1, 2 [cm].
    nuclide : str

    Returns
    -------
    ndarray
        Part of the electrons' energy of one decay, times ``decays``. The sum is that of ``decays``, less what leaves
        the grid or goes into air.
    """
    near = _near((round(spacing_cm[0], 6), round(spacing_cm[1], 6), round(spacing_cm[2], 6)), nuclide)
    field = np.pad(density_g_ml, [(n, n) for n in near.margin], mode="edge")
    given = np.pad(np.asarray(decays, dtype=np.float32), [(n, n) for n in near.margin])
    absorbed = np.where(field < LEAST_G_ML, given, np.float32(0))
    emits = (given != 0) & (field >= LEAST_G_ML)
    plain = emits & _alike(field, near)
    _by_neighbours(absorbed, np.where(plain, given, np.float32(0)), field, near)
    _by_rays(absorbed, given, field, np.flatnonzero(emits & ~plain), near)
    z, y, x = (slice(n, -n) for n in near.margin)
    return np.ascontiguousarray(absorbed[z, y, x])


@dataclass(frozen=True, eq=False)
class _Ray:
    """Voxels that a ray meets after the first, and how far it has come where it leaves each [cm]."""

    offsets: tuple[Offset, ...]
    exit_cm: float
    ends_cm: tuple[float, ...]
    weight: float


@dataclass(frozen=True, eq=False)
class _Near:
    """What does not depend on the body, by density (``_DENSITIES``), and the rays.

    ``given``: what a voxel of a uniform medium gives to each neighbour, by its distance along the axes; ``leaving``:
    what leaves the voxel, over the same by the few rays.
    """

    stopped: Array
    given: dict[Offset, Array]
    least_plain_g_ml: float
    leaving: Array
    rays: tuple[_Ray, ...]
    margin: Offset

    @property
    def reach(self) -> Offset:
        return max(self.given)


@lru_cache(maxsize=8)
def _near(spacing: Spacing, nuclide: str) -> _Near:
    stopped = point_kernel(nuclide).within_kev(np.linspace(0.0, RANGE_G_CM2, _STEPS + 1), "electron")
    stopped /= stopped[-1]
    least = max(LEAST_G_ML, min(0.5, NEARLY_ALL_G_CM2 / min(spacing)))
    given = _uniform(Rays.leaving(_MANY, spacing, RANGE_G_CM2 / LEAST_G_ML), stopped, NEARLY_ALL_G_CM2 / least)
    few = _fitted(_paths(Rays.leaving(_FEW, spacing, RANGE_G_CM2 / LEAST_G_ML)), given, stopped)
    by_few = sum(8 * ray.weight * (1 - _part(stopped, _DENSITIES * ray.exit_cm)) for ray in few)
    leaving = (1 - given[0, 0, 0]) / by_few
    return _Near(stopped, given, least, leaving, few, _voxels(FARTHEST_CM, spacing))


def _voxels(length_cm: float, spacing: Spacing) -> Offset:
    z, y, x = (max(1, ceil(length_cm / d - 1e-9)) for d in spacing)
    return z, y, x


def _part(stopped: Array, depth: NDArray[np.floating]) -> Array:
    """Return the part of the energy that is left behind within a depth [g/cm2]."""
    place = np.minimum(depth * (_STEPS / RANGE_G_CM2), _STEPS - 1e-3)
    node = place.astype(np.intp)
    return np.asarray(stopped[node] + (place - node) * (stopped[node + 1] - stopped[node]))


def _uniform(rays: Rays, stopped: Array, reach_cm: float) -> dict[Offset, Array]:
    """Return what a voxel gives to each neighbour in a uniform medium; what goes beyond them is shared among them."""
    reach = _voxels(reach_cm, rays.spacing_cm)
    total = np.zeros((len(_DENSITIES), *(n + 1 for n in reach)))
    leaves = np.zeros(len(_DENSITIES))
    for voxel, begin, end in rays.steps(FARTHEST_CM):
        first = not voxel.any()
        within = (voxel <= np.asarray(reach)).all(axis=1) & (end > begin)
        for n, density in enumerate(_DENSITIES):
            going = np.flatnonzero(within & (density * begin < RANGE_G_CM2))
            reached = _part(stopped, density * end[going])
            if first:
                leaves[n] = rays.weight[going] @ (1 - reached)
                continue
            left = rays.weight[going] * (reached - _part(stopped, density * begin[going]))
            flat = np.ravel_multi_index(tuple(voxel[going].T), total.shape[1:])
            total[n] += np.bincount(flat, left, total[n].size).reshape(total[n].shape)
    total *= (leaves / total.sum(axis=(1, 2, 3)))[:, None, None, None]
    total[:, 0, 0, 0] = 1 - leaves
    return {
        (z, y, x): total[:, z, y, x] / 2 ** ((z > 0) + (y > 0) + (x > 0)) for z, y, x in np.ndindex(total.shape[1:])
    }


def _paths(rays: Rays) -> tuple[_Ray, ...]:
    """Return the rays voxel by voxel, each for itself and seven mirror images."""
    exits = np.zeros(len(rays.weight))
    paths: list[tuple[list[Offset], list[float]]] = [([], []) for _ in exits]
    for voxel, begin, end in rays.steps(FARTHEST_CM):
        for n, (offsets, ends) in enumerate(paths):
            if not voxel[n].any():
                exits[n] = end[n]
            elif end[n] > begin[n]:
                offsets.append((int(voxel[n, 0]), int(voxel[n, 1]), int(voxel[n, 2])))
                ends.append(float(end[n]))
    return tuple(
        _Ray(tuple(offsets), float(exit_cm), tuple(ends), float(weight) / 8)
        for exit_cm, weight, (offsets, ends) in zip(exits, rays.weight, paths, strict=True)
    )


def _fitted(rays: tuple[_Ray, ...], given: dict[Offset, Array], stopped: Array) -> tuple[_Ray, ...]:
    """Weigh a few rays so that in uniform media they give to each neighbour what the many give."""
    from scipy.optimize import nnls

    fitted_at = range(0, len(_DENSITIES) - 5, 3)
    drawn = np.array([ray.weight for ray in rays])
    rows, wanted = [np.diag(_KEPT / drawn)], [np.full(len(rays), _KEPT)]
    for n in fitted_at:
        leaves = 1 - given[0, 0, 0][n]
        for offset, table in given.items():
            if any(offset):
                per_ray = [_into(ray, offset, float(_DENSITIES[n]), stopped) for ray in rays]
                rows.append(np.array([per_ray]) * 8 / (leaves * 2 ** np.count_nonzero(offset)))
                wanted.append(np.array([table[n] / leaves]))
    weights, _ = nnls(np.concatenate(rows), np.concatenate(wanted))
    return tuple(replace(ray, weight=float(weight)) for ray, weight in zip(rays, weights, strict=True))


def _into(ray: _Ray, offset: Offset, density: float, stopped: Array) -> float:
    """Return the part of its energy that a ray leaves in one voxel of a uniform medium."""
    begin = ray.exit_cm
    for place, end in zip(ray.offsets, ray.ends_cm, strict=True):
        if place == offset:
            depth = density * np.array([begin, end])
            return float(np.diff(_part(stopped, depth))[0])
        begin = end
    return 0.0


def _alike(field: Values, near: _Near) -> NDArray[np.bool_]:
    """Tell which voxels have neighbours of a similar density, as far as their electrons go."""
    from scipy.ndimage import maximum_filter, minimum_filter

    size = tuple(2 * n + 1 for n in near.reach)
    lightest = minimum_filter(field, size)
    similar = maximum_filter(field, size) <= SIMILAR * field
    similar &= field <= SIMILAR * lightest
    return np.asarray(similar & (lightest >= near.least_plain_g_ml))


def _at(density: NDArray[np.floating]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the place of densities in ``_DENSITIES``: the point below, and the part of the way to the next."""
    per_log = (len(_DENSITIES) - 1) / np.log(_DENSITIES[-1] / _DENSITIES[0])
    place = np.log(np.clip(density, _DENSITIES[0], _DENSITIES[-1] * 0.9999) / _DENSITIES[0]) * per_log
    node = place.astype(np.intp)
    return node, (place - node).astype(np.float32)


def _between(table: Array, at: tuple[NDArray[np.intp], NDArray[np.float32]]) -> NDArray[np.float32]:
    node, part = at
    low = table.astype(np.float32)
    return np.asarray(low[node] + part * np.diff(low)[node])


def _by_neighbours(absorbed: Values, given: Values, field: Values, near: _Near) -> None:
    """Add what voxels give in surroundings like themselves."""
    from lutetia.volume.grid import box_of

    if not given.any():
        return
    box = box_of(given)
    source = given[box]
    at = _at(field[box])
    for offset, table in near.given.items():
        part = source * _between(table, at)
        for moved in _mirrored(offset):
            target = tuple(slice(s.start + n, s.stop + n) for s, n in zip(box, moved, strict=True))
            absorbed[target] += part


def _mirrored(offset: Offset) -> Iterator[Offset]:
    """Yield an offset and its mirror images, each once."""
    yield from product(*((n, -n) if n else (0,) for n in offset))


def _by_rays(absorbed: Values, given: Values, field: Values, voxels: NDArray[np.intp], near: _Near) -> None:
    """Add what voxels give whose surroundings differ from them."""
    if not len(voxels):
        return
    flat, density = absorbed.reshape(-1), field.reshape(-1)
    _, rows, columns = field.shape
    energy, own = given.reshape(-1)[voxels], density[voxels]
    at = _at(own)
    flat[voxels] += energy * _between(near.given[0, 0, 0], at)
    energy = energy * _between(near.leaving, at)
    for ray in near.rays:
        for signs in product((1, -1), repeat=3):
            steps = [
                (sz * rows + sy) * columns + sx
                for sz, sy, sx in ((signs[0] * z, signs[1] * y, signs[2] * x) for z, y, x in ray.offsets)
            ]
            _along(flat, density, voxels, energy * np.float32(ray.weight), own, (ray, steps), near.stopped)


def _along(
    flat: Values, density: Values, voxels: NDArray[np.intp], energy: Values, own: Values, path: tuple[_Ray, list[int]],
    stopped: Array,
) -> None:  # fmt: skip
    """Leave the energy of one ray behind along its path."""
    ray, steps = path
    depth = own * np.float32(ray.exit_cm)
    behind = _part(stopped, depth).astype(np.float32)
    begin = ray.exit_cm
    for step, end in zip(steps, ray.ends_cm, strict=True):
        going = depth < RANGE_G_CM2
        if not going.all():
            voxels, energy, depth, behind = voxels[going], energy[going], depth[going], behind[going]
        if not len(voxels):
            return
        target = voxels + step
        depth = depth + density[target] * np.float32(end - begin)
        now = _part(stopped, depth).astype(np.float32)
        flat[target] += energy * (now - behind)
        behind, begin = now, end
