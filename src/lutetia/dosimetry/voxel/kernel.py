"""The convolution engine: each voxel's decays spread over the grid by the complete kernel, never cropped or wrapped.

Method: MIRD pamphlet 17 (Bolch et al., J Nucl Med 1999;40:11S) with voxel S-values made for the voxel at hand from a
point kernel, by fast Fourier transform in single precision, in uniform soft tissue.

Where a body is given, electrons are spread by its densities (:mod:`lutetia.dosimetry.voxel.electrons`); what remains
of the kernel is the little that bremsstrahlung carries away. Photons still travel as in soft tissue; what a voxel takes
from them there is scaled by its own mass, and by how much more a gram of its material takes than one of soft tissue. So
their dose is right where the way to a voxel is, and their energy is no longer conserved.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lutetia.dosimetry.voxel.body import Body
from lutetia.dosimetry.voxel.electrons import RANGE_G_CM2, spread
from lutetia.dosimetry.voxel.parts import Spacing, near_part, node_factor, spline_weights, tail_part
from lutetia.reference.material import ICRU_SOFT_TISSUE
from lutetia.reference.photon import takes_of_photons
from lutetia.reference.point_kernel import Component, PointKernel, point_kernel
from lutetia.reference.tissue import SOFT_TISSUE, Medium

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class KernelEngine:
    """Convolution with the point kernel of a nuclide, integrated over the actual voxel.

    Attributes
    ----------
    nuclide : str
        Such as ``"Lu-177"``.
    medium : Medium
        Uniform; energy is spread in it.
    workers : int
        Threads of the transforms.
    body : Body or None
        Densities for electrons; None: they are spread in ``medium`` like the photons.
    """

    nuclide: str
    medium: Medium = SOFT_TISSUE
    workers: int = 2
    body: Body | None = field(default=None, compare=False)

    @property
    def description(self) -> str:
        """Name, kernel and medium in words."""
        return (
            f"convolution with the complete voxel kernel of {self.nuclide} "
            f"({point_kernel(self.nuclide).dataset.name}, sha256 {point_kernel(self.nuclide).dataset.sha256[:12]}) "
            f"in uniform {self.medium.name} of {self.medium.density_g_ml:g} g/mL"
            + (
                ""
                if self.body is None
                else ", electrons by the densities of the CT, photon energy by the mass of each voxel"
            )
        )

    @property
    def transports_photons(self) -> bool:
        """Photons are spread to the end of the table."""
        return True

    def in_body(self, body: Body | None) -> KernelEngine:
        """Return the same engine, its electrons spread by the densities of a body."""
        return replace(self, body=body)

    def absorbed(
        self, decays: NDArray[np.float32], spacing_mm: tuple[float, float, float], component: Component = "total"
    ) -> NDArray[np.float32]:
        """Return the energy absorbed in each voxel; see :class:`VoxelEngine`."""
        spacing = (spacing_mm[0] / 10, spacing_mm[1] / 10, spacing_mm[2] / 10)
        values = np.ascontiguousarray(decays, dtype=np.float32)
        if self.body is None:
            return self._convolved(values, spacing, component)
        absorbed = np.zeros_like(values)
        if component != "photon":
            absorbed += self._convolved(values, spacing, "electron")
            absorbed += self._by_density(values, spacing, self.body)
        if component != "electron":
            absorbed += self._convolved(values, spacing, "photon") * self._taken(self.body)
        return absorbed

    def _convolved(self, values: NDArray[np.float32], spacing: Spacing, component: Component) -> NDArray[np.float32]:
        z, y, x = values.shape
        plan = _plan(point_kernel(self.nuclide), spacing, self.medium, component, (z, y, x))
        near = _convolve(values, plan.near, self.workers)
        at_nodes = _convolve(_along_each_axis(plan.weights, values), plan.tail, self.workers)
        absorbed = _along_each_axis(tuple(w.T for w in plan.weights), at_nodes)
        absorbed += near
        return absorbed

    def _taken(self, body: Body) -> NDArray[np.float32]:
        """Return how much photon energy each voxel takes, over what one of the medium would."""
        takes = np.array([takes_of_photons(material, self.nuclide) for material in body.materials], dtype=np.float32)
        medium = np.float32(self.medium.density_g_ml * takes_of_photons(ICRU_SOFT_TISSUE, self.nuclide))
        return np.asarray(body.density_g_ml * takes[body.material] / medium, dtype=np.float32)

    def _by_density(self, decays: NDArray[np.float32], spacing: Spacing, body: Body) -> NDArray[np.float32]:
        """Return what the densities of a body change in the energy that electrons leave; it adds up to nothing."""
        uniform = np.full_like(body.density_g_ml, self.medium.density_g_ml)
        kev = np.float32(point_kernel(self.nuclide).within_kev(RANGE_G_CM2, "electron"))
        changed = spread(decays, body.density_g_ml, spacing, self.nuclide)
        changed -= spread(decays, uniform, spacing, self.nuclide)
        return np.asarray(changed * kev, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class _Transform:
    """A kernel's transform, and the padded shape on which it was taken."""

    values: NDArray[np.complex64]
    padded: Shape


@dataclass(frozen=True, eq=False)
class _Plan:
    near: _Transform
    tail: _Transform
    weights: tuple[NDArray[np.float32], ...]


@lru_cache(maxsize=64)
def _plan(kernel: PointKernel, spacing: Spacing, medium: Medium, component: Component, shape: Shape) -> _Plan:
    """Transform both parts of the kernel for a grid; kept, because scans of one patient share it."""
    weights = tuple(spline_weights(n, f) for n, f in zip(shape, node_factor(spacing), strict=True))
    nodes = (len(weights[0]), len(weights[1]), len(weights[2]))
    return _Plan(
        near=_transform(near_part(kernel, spacing, medium, component), shape),
        tail=_transform(tail_part(kernel, spacing, medium, component, nodes), nodes),
        weights=weights,
    )


def _transform(kernel: NDArray[np.float64], shape: Shape) -> _Transform:
    """Pad a centred kernel so that nothing wraps into the grid, its centre at index 0, and transform it."""
    from scipy import fft

    half = [min(n // 2, size - 1) for n, size in zip(kernel.shape, shape, strict=True)]
    centre = [n // 2 for n in kernel.shape]
    cut = kernel[tuple(slice(c - h, c + h + 1) for c, h in zip(centre, half, strict=True))]
    lengths = [fft.next_fast_len(size + h, real=True) for size, h in zip(shape, half, strict=True)]
    padded = (lengths[0], lengths[1], lengths[2])
    field = np.zeros(padded, dtype=np.float64)
    field[tuple(slice(0, n) for n in cut.shape)] = cut
    field = np.roll(field, [-h for h in half], axis=(0, 1, 2))
    values = np.asarray(fft.rfftn(field), dtype=np.complex64)
    values.flags.writeable = False
    return _Transform(values, padded)


def _convolve(values: NDArray[np.float32], kernel: _Transform, workers: int) -> NDArray[np.float32]:
    from scipy import fft

    spectrum = fft.rfftn(values, kernel.padded, workers=workers)
    spectrum *= kernel.values
    whole = fft.irfftn(spectrum, kernel.padded, workers=workers, overwrite_x=True)
    z, y, x = values.shape
    return np.asarray(whole[:z, :y, :x], dtype=np.float32)


def _along_each_axis(matrices: tuple[NDArray[np.float32], ...], values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Multiply each axis (z, y, x) by its matrix, shape (new length, old length)."""
    for matrix in reversed(matrices):  # the last axis comes first each time: three products of whole matrices
        rows = np.ascontiguousarray(values.reshape(-1, values.shape[-1]))
        values = np.moveaxis((rows @ matrix.T).reshape(*values.shape[:-1], -1), -1, 0)
    return np.ascontiguousarray(values)
