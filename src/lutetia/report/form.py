"""What every part of the JSON form has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Form(BaseModel):
    """A part of the JSON form."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")
