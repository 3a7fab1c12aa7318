"""How one scan of a patient lies to another."""

from lutetia.quantification.alignment.align import Alignment, align
from lutetia.quantification.alignment.residual import Residual

__all__ = ["Alignment", "Residual", "align"]
