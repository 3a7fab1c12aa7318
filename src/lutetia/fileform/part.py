"""What every part of a written record has in common: it is frozen, and nothing in it is silently converted."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A frozen part of a record.

    Unknown keys are refused. Types are strict: a number in quotes is text, ``yes`` is no ``true``, and 1 is
    neither. Sequences are given as tuples.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
