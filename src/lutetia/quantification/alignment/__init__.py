"""How one scan of a patient lies to another."""

from lutetia.quantification.alignment.align import Alignment, align
from lutetia.quantification.alignment.check import DeformationCheck
from lutetia.quantification.alignment.deformable import align_deformably
from lutetia.quantification.alignment.residual import Residual

__all__ = ["Alignment", "DeformationCheck", "Residual", "align", "align_deformably"]
