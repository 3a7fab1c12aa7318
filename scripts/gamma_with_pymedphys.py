"""Write golden/physics/gamma_pymedphys.csv: gamma indices of pairs of Gaussian doses by pymedphys.

Needs pymedphys with numba, in an environment of their own: ``pip install pymedphys numba`` and
``python scripts/gamma_with_pymedphys.py``. The doses are formulas, so that the test makes them again.
"""

from __future__ import annotations

import csv
from importlib import metadata
from pathlib import Path

import numpy as np
import pymedphys

TABLE = Path(__file__).parents[1] / "golden" / "physics" / "gamma_pymedphys.csv"
AXES_MM = (np.arange(26) * 4.0 - 50.0, np.arange(28) * 3.0 - 40.0, np.arange(30) * 3.5 - 50.0)
WIDTH_MM, HEIGHT_GY, CUTOFF_PERCENT, LARGEST = 18.0, 10.0, 10, 2
PAIRS = (  # shift along the three axes [mm], scale
    ((0.0, 0.0, 2.0), 1.0),
    ((1.0, 2.0, 0.0), 1.05),
    ((0.0, 3.0, 4.0), 1.0),
    ((0.0, 0.0, 0.0), 1.04),
)
CRITERIA = ((3, 3, False), (2, 2, False), (3, 3, True))


def gaussian(shift_mm: tuple[float, float, float], scale: float) -> np.ndarray:
    """Return a Gaussian dose about a shifted centre."""
    z, y, x = np.meshgrid(*AXES_MM, indexing="ij")
    square = sum((axis - by) ** 2 for axis, by in zip((z, y, x), shift_mm, strict=True))
    return scale * HEIGHT_GY * np.exp(-square / (2 * WIDTH_MM**2))


def main() -> None:
    """Compute and write the table."""
    reference = gaussian((0.0, 0.0, 0.0), 1.0)
    judged = reference >= reference.max() * CUTOFF_PERCENT / 100
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("pymedphys", "numpy", "numba"))
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        stream.write(f"# {versions}; interp_fraction 20\n")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(
            [
                "shift_z_mm",
                "shift_y_mm",
                "shift_x_mm",
                "scale",
                "dose_percent",
                "distance_mm",
                "local",
                "points",
                "passing",
                "mean",
                "p95",
            ]
        )
        for shift, scale in PAIRS:
            for percent, mm, local in CRITERIA:
                found = pymedphys.gamma(
                    AXES_MM, reference, AXES_MM, gaussian(shift, scale), percent, mm, local_gamma=local,
                    lower_percent_dose_cutoff=CUTOFF_PERCENT, max_gamma=LARGEST, interp_fraction=20,
                )[judged]  # fmt: skip
                numbers = ((found <= 1).mean(), found.mean(), np.percentile(found, 95))
                writer.writerow((*shift, scale, percent, mm, int(local), found.size, *(f"{n:.5f}" for n in numbers)))


if __name__ == "__main__":
    main()
