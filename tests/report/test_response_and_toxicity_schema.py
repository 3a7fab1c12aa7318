"""The response and the side effects as JSON keep the shapes that are documented for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lutetia.report.response_json import response_json
from lutetia.report.response_schema import response_schema
from lutetia.report.toxicity_json import toxicity_json
from lutetia.report.toxicity_schema import toxicity_schema
from lutetia.workflow.response.respond import response_folder
from lutetia.workflow.response.toxicity import toxicity_folder

ROOT = Path(__file__).parents[2]
NAMES = ("01-partial-response-stable-disease", "03-progression", "10-rechallenge-after-remission")
BEFORE_TREATMENT, AT_THE_END = date(2023, 1, 1), date(2026, 11, 21)
Made = Callable[[Path, date], dict[str, Any]]


def response(folder: Path, on: date) -> dict[str, Any]:
    return response_json(response_folder(folder, site_path=None, known_on=on).result)


def toxicity(folder: Path, on: date) -> dict[str, Any]:
    return toxicity_json(toxicity_folder(folder, site_path=None, known_on=on).result)


@pytest.mark.parametrize("on", [BEFORE_TREATMENT, AT_THE_END])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("made", "schema"), [(response, response_schema), (toxicity, toxicity_schema)])
def test_what_is_written_follows_the_schema(
    made: Made, schema: Callable[[], dict[str, Any]], name: str, on: date
) -> None:
    written = json.loads(json.dumps(made(ROOT / "cases" / "courses" / name, on), allow_nan=False))
    jsonschema.Draft202012Validator(schema(), format_checker=jsonschema.FormatChecker()).validate(written)


@pytest.mark.parametrize(("name", "schema"), [("response", response_schema), ("toxicity", toxicity_schema)])
def test_the_committed_schemas_are_up_to_date(name: str, schema: Callable[[], dict[str, Any]]) -> None:
    committed = ROOT / "docs" / "schema" / f"{name}.schema.json"
    assert json.loads(committed.read_text(encoding="utf-8")) == schema()
