"""Which smooth deformation leads from one CT of a patient to another, and is it to be trusted more than a rigid motion?

The rigid motion first; from there a displacement of his parts; then :mod:`lutetia.quantification.alignment.check`.
"""

from __future__ import annotations

from dataclasses import replace

from lutetia.quantification.alignment.align import WORKING_MM, Alignment, align_prepared
from lutetia.quantification.alignment.check import checked
from lutetia.quantification.alignment.free_form import Progress, free_form
from lutetia.quantification.alignment.prepared import prepared
from lutetia.quantification.alignment.residual import laid, residual
from lutetia.volume import Volume


def align_deformably(
    source: Volume, target: Volume, *, where: str = "alignment", tell: Progress | None = None
) -> Alignment:
    """Return how one CT of a patient lies to another: deformed where that passes its checks, else rigid.

    Parameters
    ----------
    source, target : Volume
        Two CT [HU]; see :func:`lutetia.quantification.alignment.align`.
    where : str
        Names the pair in errors.
    tell : callable, optional
        Told how much is done, 0 to 1.

    Returns
    -------
    Alignment
        Its ``check`` says how the deformation fared.

    Raises
    ------
    lutetia.errors.RefusedError
        If not even a rigid motion can be found.
    lutetia.errors.MissingExtraError
        If SimpleITK is not installed.

    Notes
    -----
    Tissue that slides along its neighbour is followed smoothly, and what one of the two scans does not show is guessed
    from around it. A CT with contrast against one without is no pair for it: their difference is what it lowers.
    """
    if source.unit != "HU" or target.unit != "HU":
        raise ValueError(f"two CT in HU are deformed, not {source.unit} and {target.unit}")
    first, second = (prepared(image, spacing_mm=WORKING_MM, where=where) for image in (source, target))
    rigid = align_prepared(first, second, where)
    deformation = free_form(first, second, rigid.motion, tell or _silent)
    images = laid(first, second, deformation)
    left = residual(images)
    check = checked(deformation, first.patient, left, rigid.residual)
    if check.failed:
        return replace(rigid, check=check)
    return replace(rigid, deformation=deformation, residual=left, images=images, check=check, rigid=rigid)


def _silent(_done: float) -> None:
    """Tell nobody."""
