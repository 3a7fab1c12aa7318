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
from lutetia.dosimetry.voxel.convolution import Convolution, Shape
from lutetia.dosimetry.voxel.electrons import RANGE_G_CM2, spread
from lutetia.dosimetry.voxel.nodes import Nodes
from lutetia.dosimetry.voxel.parts import Spacing, near_part, node_factor, tail_part
from lutetia.reference.material import ICRU_SOFT_TISSUE
from lutetia.reference.photon import takes_of_photons
from lutetia.reference.point_kernel import Component, PointKernel, point_kernel
from lutetia.reference.tissue import SOFT_TISSUE, Medium


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
        Threads.
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
        absorbed = plan.near.of(values, self.workers)
        at_nodes = plan.tail.of(plan.nodes.gather(values), self.workers)
        plan.nodes.add(at_nodes, absorbed, self.workers)
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
class _Plan:
    near: Convolution
    tail: Convolution
    nodes: Nodes


_PLANS = 24
"""One of a whole scan holds 30 MB; those of a patient's regions, of boxes around them, are small."""


@lru_cache(maxsize=_PLANS)
def _plan(kernel: PointKernel, spacing: Spacing, medium: Medium, component: Component, shape: Shape) -> _Plan:
    """Transform both parts of the kernel for a grid; kept, because scans of one patient share it."""
    nodes = Nodes.of_grid(shape, node_factor(spacing))
    return _Plan(
        near=Convolution.with_kernel(near_part(kernel, spacing, medium, component), shape),
        tail=Convolution.with_kernel(tail_part(kernel, spacing, medium, component, nodes.shape), nodes.shape),
        nodes=nodes,
    )
