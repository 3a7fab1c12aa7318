"""From what a centre states of excretion and voiding to the dose at the bladder's wall."""

from __future__ import annotations

from lutetia.dosimetry.bladder import BladderDose, BladderInput, ExcretionPhase, bladder_dose
from lutetia.reference.nuclide import Nuclide
from lutetia.site import Site
from lutetia.site.dosimetry import BladderChoice
from lutetia.workflow.dose.settings import CentreChoices


def bladder_of(site: Site | None, given_mbq: float, nuclide: Nuclide) -> BladderDose | None:
    """Return the dose at the bladder's wall; None where the centre states nothing.

    Parameters
    ----------
    site : Site or None
    given_mbq : float
        Activity given [MBq].
    nuclide : Nuclide
    """
    chosen: BladderChoice | None = CentreChoices.of(site).settings.chosen("bladder").value
    if chosen is None:
        return None
    phases = (ExcretionPhase(share=one.share, half_life_h=one.half_life.to("h")) for one in chosen.excretion)
    stated = BladderInput(
        excretion=tuple(phases),
        interval_h=chosen.voiding_interval.to("h"),
        urine_ml_per_h=chosen.urine_per_hour.to("mL"),
        residual_ml=chosen.residual.to("mL"),
        initial_ml=chosen.initial.to("mL"),
        source=chosen.source,
    )
    return bladder_dose(stated, given_mbq=given_mbq, half_life_h=nuclide.half_life_h, nuclide=nuclide.name)
