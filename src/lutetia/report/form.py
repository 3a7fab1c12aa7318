"""What every part of the JSON form has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
"""Of every schema that is written."""


def written_schema(name: str, shape: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON Schema as it is written: with its dialect, and under the name of its format."""
    return {"$schema": DIALECT, "$id": name, **shape}


class Form(BaseModel):
    """A part of the JSON form."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")
