"""What may stand in a course file: the same model as a JSON Schema, for editors and other programs.

The schema knows the shape, the vocabulary with its units and choices; that the parts agree with each other, and
that a number is plausible, is known only to the reader.

Source: JSON Schema 2020-12.
"""

from __future__ import annotations

import json
from typing import Any, Final

from lutetia.course.course import Course
from lutetia.fileform.moment import DAY_SCHEMA
from lutetia.units import convertible_units, dimension, spellings
from lutetia.vocabulary import ITEMS, Item

_FIELDS_OF_QUANTITIES: Final = ("unit", "comparator", "confirmed")
_FIELDS_OF_LIMITS: Final = ("lower", "upper")

Schema = dict[str, Any]


def course_schema() -> Schema:
    """Return the JSON Schema of a course file."""
    schema = Course.model_json_schema(mode="validation")
    definitions: Schema = schema["$defs"]
    fact = definitions["Fact"]
    del fact["properties"]["item"]
    fact["required"].remove("item")
    for item in ITEMS.values():
        definitions[item.id] = _fact_of(item)
        if item.kind == "quantity":
            definitions[_units_name(item)] = {"enum": _units_of(item)}
    schema["properties"]["facts"] = {
        "type": "object",
        "description": "item of the vocabulary to its dated facts",
        "properties": {item: _one_or_more(item) for item in ITEMS},
        "additionalProperties": False,
    }
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:lutetia:course:1",
        "title": "Lutetia course file, version 1",
    }
    return {**head, **_trimmed(schema)}


def schema_text() -> str:
    """Return the JSON Schema as the text of its file."""
    return json.dumps(course_schema(), indent=1, ensure_ascii=False) + "\n"


def _one_or_more(item: str) -> Schema:
    one = {"$ref": f"#/$defs/{item}"}
    return {"oneOf": [one, {"type": "array", "items": one}]}


def _fact_of(item: Item) -> Schema:
    codes = ", ".join(f"{system.upper()} {code}" for system, code in item.codes.items())
    fields: Schema = {"value": _value_of(item)}
    if item.kind == "quantity":
        fields["unit"] = {"$ref": f"#/$defs/{_units_name(item)}"}
    absent = () if item.kind == "quantity" else _FIELDS_OF_QUANTITIES
    absent = absent if item.has_limits else (*absent, *_FIELDS_OF_LIMITS)
    return {
        "description": f"{item.asks} {codes}".strip(),
        "allOf": [{"$ref": "#/$defs/Fact"}],
        "properties": {**fields, **dict.fromkeys(absent, False)},
        "required": ["value", "unit", "at"] if item.kind == "quantity" else ["value", "at"],
    }


def _units_name(item: Item) -> str:
    what = dimension(item.unit)
    return f"units of {what} ({item.substance})" if item.substance else f"units of {what}"


def _units_of(item: Item) -> list[str]:
    units = convertible_units(item.unit, substance=item.substance)
    return sorted({written for ucum in units for written in spellings(ucum)})


def _value_of(item: Item) -> Schema:
    if item.kind == "quantity":
        low, high = item.plausible or ("", "")
        return {"type": "number", "description": f"plausible: {low} to {high} {item.unit}"}
    if item.kind == "score":
        low, high = item.plausible or (0, 0)
        return {"type": "integer", "minimum": int(low), "maximum": int(high)}
    if item.kind == "choice":
        meanings = "; ".join(f"{choice}: {meaning}" for choice, meaning in item.choices.items())
        return {"enum": list(item.choices), "description": meanings}
    simple: dict[str, Schema] = {
        "flag": {"type": "boolean"},
        "text": {"type": "string", "minLength": 1},
        "day": {**DAY_SCHEMA},
    }
    return simple[item.kind]


def _trimmed(node: Any) -> Any:
    """Leave out the titles that only repeat a field's name, and of a description all but its first paragraph."""
    if isinstance(node, dict):
        named = node.get("properties")
        kept = {k: v for k, v in node.items() if not (k == "title" and isinstance(v, str))}
        out = {k: _trimmed(v) for k, v in kept.items() if k != "properties"}
        if isinstance(described := out.get("description"), str):
            out["description"] = described.partition("\n\n")[0].replace("\n", " ")
        if isinstance(named, dict):
            out["properties"] = {name: _trimmed(field) for name, field in named.items()}
        return out
    return [_trimmed(item) for item in node] if isinstance(node, list) else node
