"""How do values get from the voxels to the nodes of a coarser grid and back?

With the same cubic B-splines both ways (Unser, IEEE Signal Process Mag 1999;16:22). A voxel has a weight at no more
than four nodes along each axis, so the weights are kept as sparse matrices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lutetia.dosimetry.voxel.convolution import Shape, in_slabs
from lutetia.volume.spline import cubic_weights

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Values = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Nodes:
    """The weights of each voxel at each node, shape (nodes, voxels) along each axis, and the same transposed."""

    gathering: tuple[csr_array, csr_array, csr_array]
    spreading: tuple[csr_array, csr_array, csr_array]

    @classmethod
    def of_grid(cls, shape: Shape, factor: tuple[int, int, int]) -> Nodes:
        """Return the nodes of a grid.

        Parameters
        ----------
        shape : tuple of int
            Voxels along each axis.
        factor : tuple of int
            How many voxels lie between two nodes.
        """
        from scipy.sparse import csr_array

        z, y, x = (spline_weights(n, f) for n, f in zip(shape, factor, strict=True))
        return cls(
            (csr_array(z), csr_array(y), csr_array(x)),
            (csr_array(z.T), csr_array(y.T), csr_array(x.T)),
        )

    @property
    def shape(self) -> Shape:
        """How many nodes there are along each axis."""
        z, y, x = self.gathering
        return z.shape[0], y.shape[0], x.shape[0]

    def gather(self, values: Values) -> Values:
        """Return what lies at the nodes, from the values of the voxels."""
        for axis, weights in enumerate(self.gathering):
            values = _along(axis, weights, values)
        return np.ascontiguousarray(values)

    def add(self, at_nodes: Values, values: Values, workers: int) -> None:
        """Add to the values of the voxels what they read at the nodes, in place."""
        z, y, x = self.spreading
        planes = _along(0, z, at_nodes)

        def read(slab: slice) -> None:
            values[slab] += _along(1, y, _along(2, x, planes[slab]))

        in_slabs(read, values.shape[0], values.shape[1] * values.shape[2], workers)


def spline_weights(voxels: int, factor: int) -> NDArray[np.float32]:
    """Return the cubic B-spline weight of each voxel at each node, shape (nodes, voxels); columns sum to 1."""
    nodes = (voxels - 1) // factor + 4
    return np.ascontiguousarray(cubic_weights(np.arange(voxels) / factor, nodes).T, dtype=np.float32)


def _along(axis: int, weights: csr_array, values: Values) -> Values:
    """Multiply an axis by a matrix, shape (new length, old length); in memory that axis comes first."""
    first = np.moveaxis(values, axis, 0)
    product = weights @ first.reshape(first.shape[0], -1)
    return np.moveaxis(product.reshape(-1, *first.shape[1:]), 0, axis)
