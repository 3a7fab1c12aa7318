"""What does a centre state of excretion and voiding, for the dose at the bladder's wall?"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from lutetia.fileform import Duration, Misfit, MisfitError, Part, TissueVolume

Words = Annotated[str, Field(min_length=1)]


class ExcretedPhase(Part):
    """Part of the activity given that leaves by urine, and its biological half-life."""

    share: float = Field(gt=0, le=1)
    half_life: Duration


class BladderChoice(Part):
    """What the dose at the inner surface of the wall rests on; nothing has a default.

    Attributes
    ----------
    excretion : tuple of ExcretedPhase
    voiding_interval : Duration
        Also up to the first voiding after the start of administration.
    urine_per_hour, residual, initial : TissueVolume
        Urine made in an hour, left after a voiding, in the bladder at the start of administration.
    """

    excretion: Annotated[tuple[ExcretedPhase, ...], Field(strict=False, min_length=1)]
    voiding_interval: Duration
    urine_per_hour: TissueVolume
    residual: TissueVolume
    initial: TissueVolume
    source: Words

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        misfits = [
            Misfit((name,), f"'{value}' is nothing; state what is more than 0")
            for name, value in (
                ("voiding_interval", self.voiding_interval), ("urine_per_hour", self.urine_per_hour),
                ("residual", self.residual), ("initial", self.initial),
                *(("excretion", phase.half_life) for phase in self.excretion),
            )
            if value.value == 0
        ]  # fmt: skip
        if sum(phase.share for phase in self.excretion) > 1:
            misfits.append(Misfit(("excretion",), "more than everything leaves by urine; correct the shares"))
        if misfits:
            raise MisfitError(misfits)
        return self
