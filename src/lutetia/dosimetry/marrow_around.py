"""What does the rest of a cycle's calculation know that bears on red marrow?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lutetia.dosimetry.input import CycleInput
from lutetia.dosimetry.marrow import MARROW, Surroundings
from lutetia.dosimetry.result import FitRefusal, Sample, TimeActivityFit
from lutetia.vocabulary.region import ORGANS, REMAINDER
from lutetia.volume import Coverage


def around_marrow(
    given: CycleInput,
    samples: Mapping[str, tuple[Sample, ...]],
    fits: Mapping[str, TimeActivityFit | FitRefusal],
    covered: Mapping[str, Coverage],
    engine_gy: float | None,
) -> Surroundings:
    """Return what is known around the marrow.

    Parameters
    ----------
    given : CycleInput
    samples, fits : mapping
        By region; ``fits`` holds ``remainder`` where its curve is known.
    covered : mapping of str to Coverage
        The reference scan's regions on its grid.
    engine_gy : float or None
        Dose of the contour ``marrow`` from photons emitted outside it [Gy].
    """
    return Surroundings(
        half_life_h=given.nuclide.half_life_h,
        samples=samples.get(MARROW, ()),
        engine_gy=engine_gy,
        tia_mbq_h={name: curve.tia_mbq_h for name, curve in fits.items() if isinstance(curve, TimeActivityFit)},
        s_values=given.s_values,
        lesions_within=_lesions_within(covered),
    )


def _lesions_within(covered: Mapping[str, Coverage]) -> tuple[str, ...]:
    """Return the lesions of which a part lies in the contour of the marrow."""
    marrow = covered.get(MARROW)
    if marrow is None:
        return ()
    lesions = {name: part for name, part in covered.items() if name not in ORGANS and name != REMAINDER}
    return tuple(
        name for name, part in sorted(lesions.items()) if np.any((marrow.fractions > 0) & (part.fractions > 0))
    )
