"""What every part of the JSON form has in common."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
"""Of every schema that is written."""


class Form(BaseModel):
    """A part of the JSON form."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")
