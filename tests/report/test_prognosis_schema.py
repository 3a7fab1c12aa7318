"""The prognosis as JSON keeps the shape that is documented for it, with models computed and without."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from lutetia.cli.schema import SCHEMAS, schema_of
from lutetia.report.prognosis import prognosis_json
from lutetia.report.prognosis_schema import SCORES, prognosis_schema
from lutetia.workflow.response.prognosis import prognosis_folder

ROOT = Path(__file__).parents[2]
COURSE = ROOT / "cases" / "courses" / "03-progression"
PAGE = (ROOT / "docs" / "prognosis.md").read_text(encoding="utf-8")
COX = PAGE.partition("```yaml\n")[2].partition("```")[0]
NOMOGRAM = (
    COX.partition("cox:")[0]
    + """\
nomogram:
  covariates:
    - {name: haemoglobin, item: lab.haemoglobin, unit: g/dL, points: [[6, 100], [16, 0]]}
  totals:
    - {points: 0, survival: [{months: 12, survival: 0.9}]}
    - {points: 100, survival: [{months: 12, survival: 0.5}]}
"""
)


@pytest.mark.parametrize("on", [date(2023, 1, 1), date(2026, 11, 21)])
@pytest.mark.parametrize("cards", [(), (COX, NOMOGRAM)])
def test_what_is_written_follows_the_schema(tmp_path: Path, cards: tuple[str, ...], on: date) -> None:
    paths = [tmp_path / f"{number}.yaml" for number, _ in enumerate(cards)]
    for path, text in zip(paths, cards, strict=True):
        path.write_text(text, encoding="utf-8")
    result = prognosis_folder(COURSE, site_path=None, known_on=on, cards=paths).result
    written = json.loads(json.dumps(prognosis_json(result), allow_nan=False))
    checker = jsonschema.FormatChecker()
    jsonschema.Draft202012Validator(prognosis_schema(), format_checker=checker).validate(written)
    assert [sum(name in model for name in SCORES) for model in written["models"]] == [1] * len(cards)


@pytest.mark.parametrize("name", sorted(set(SCHEMAS) - {"course"}))
def test_the_committed_schemas_are_those_of_this_version(name: str) -> None:
    committed = ROOT / "docs" / "schema" / f"{name}.schema.json"
    assert json.loads(committed.read_text(encoding="utf-8")) == schema_of(name)
