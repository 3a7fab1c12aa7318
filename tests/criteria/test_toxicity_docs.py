"""The examples of the pages on side effects and prognosis are read as they stand there."""

import re
from pathlib import Path

from lutetia.course.file import parse_course
from lutetia.criteria.ctcae import table
from lutetia.criteria.patient_reported import read_instrument, reported
from lutetia.criteria.prognosis_card import parse_card

DOCS = Path(__file__).parents[2] / "docs"


def examples(page: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), flags=re.DOTALL)


def test_the_questionnaire_and_the_table_of_the_page_are_read(tmp_path: Path) -> None:
    questionnaire, instrument = examples("toxicity.md")
    record = parse_course(f"format: lutetia-course/1\nid: T-1\n{questionnaire}", name="course.yaml")
    assert len(reported(record)[0].items) == 3
    path = tmp_path / "form.yaml"
    path.write_text(instrument, encoding="utf-8")
    assert len(read_instrument(path).items) == 2


def test_the_card_of_the_page_is_read() -> None:
    (card,) = examples("prognosis.md")
    assert parse_card(card, name="card.yaml").population.men == 100


def test_the_page_names_every_symptom_that_is_graded() -> None:
    page = (DOCS / "toxicity.md").read_text(encoding="utf-8")
    assert all(term.name in page for term in table().symptoms)
