"""Every limit of every graded term: at it, just under and just over, against a second reading of the publication.

The second reading is written as plain comparisons from the wording of CTCAE 5.0, term by term, and knows nothing of the
table. Values are tried at every number that the wording names, and one step to each side.
"""

from collections.abc import Callable

import pytest

from lutetia.criteria.ctcae import VersionNotOfferedError, grade_answers, grade_term, table, versions
from lutetia.criteria.interval import Interval

STEP = 1e-6
"""Just beside a limit: more than the dust of binary arithmetic, less than any laboratory tells apart."""
Reading = Callable[[float, float, float, float], tuple[int, int]]
"""Value, lower limit, upper limit, baseline; the grades that the wording allows."""


def one(grade: int) -> tuple[int, int]:
    return grade, grade


def fall(lln: float, *, g2: float, g3: float, g4: float | None, value: float) -> tuple[int, int]:
    if g4 is not None and value < g4:
        return one(4)
    if value < g3:
        return one(3)
    if value < g2:
        return one(2)
    return one(1) if value < lln else one(0)


def rise(value: float, uln: float, *, g2: float, g3: float, g4: float) -> tuple[int, int]:
    if value > g4:
        return one(4)
    if value > g3:
        return one(3)
    if value > g2:
        return one(2)
    return one(1) if value > uln else one(0)


def anaemia(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    return fall(lln, g2=10.0, g3=8.0, g4=None, value=v)


def platelets(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    return fall(lln, g2=75.0, g3=50.0, g4=25.0, value=v)


def leukocytes(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    return fall(lln, g2=3.0, g3=2.0, g4=1.0, value=v)


def neutrophils(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    return fall(lln, g2=1.5, g3=1.0, g4=0.5, value=v)


def lymphocytes(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    return fall(lln, g2=0.8, g3=0.5, g4=0.2, value=v)


def creatinine(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    if v > 6.0 * uln:
        return one(4)
    if v > 3.0 * base or v > 3.0 * uln:
        return one(3)
    if v > 1.5 * base or v > 1.5 * uln:
        return one(2)
    return one(1) if v > uln else one(0)


def kidney(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    return fall(lln, g2=60.0, g3=30.0, g4=15.0, value=v)


def by_multiples(
    v: float, uln: float, base: float, *, first: float, second: float, third: float, least: float
) -> tuple[int, int]:
    """Read > ULN to ``first`` x ULN and so on from a normal baseline, else from ``least`` x baseline, that included."""
    if base <= uln:
        return rise(v, uln, g2=first * uln, g3=second * uln, g4=third * uln)
    if v > third * base:
        return one(4)
    if v > second * base:
        return one(3)
    if v > first * base:
        return one(2)
    return one(1) if v >= least * base else one(0)


def transaminase(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    return by_multiples(v, uln, base, first=3.0, second=5.0, third=20.0, least=1.5)


def phosphatase(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    return by_multiples(v, uln, base, first=2.5, second=5.0, third=20.0, least=2.0)


def bilirubin(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    reference = uln if base <= uln else base
    return rise(v, reference, g2=1.5 * reference, g3=3.0 * reference, g4=10.0 * reference)


def dehydrogenase(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    return one(1) if v > uln else one(0)


def albumin(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    return fall(lln, g2=3.0, g3=2.0, g4=None, value=v)


def low_sodium(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    if v < 120:
        return one(4)
    if v < 125:
        return one(3)
    if v < 130:
        return 2, 3  # grade 3 with symptoms, 2 without
    return one(1) if v < lln else one(0)


def high_sodium(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    return rise(v, uln, g2=150, g3=155, g4=160)


def low_potassium(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    if v < 2.5:
        return one(4)
    if v < 3.0:
        return one(3)
    return (1, 2) if v < lln else one(0)  # grade 2 with symptoms, 1 without


def high_potassium(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    return rise(v, uln, g2=5.5, g3=6.0, g4=7.0)


def low_calcium(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    return fall(lln, g2=2.0, g3=1.75, g4=1.5, value=v)


def high_calcium(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    return rise(v, uln, g2=2.9, g3=3.1, g4=3.4)


def low_magnesium(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    return fall(lln, g2=0.5, g3=0.4, g4=0.3, value=v)


def high_magnesium(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    if v > 3.30:
        return one(4)
    if v > 1.23:
        return one(3)  # the publication has no grade 2
    return one(1) if v > uln else one(0)


def weight(v: float, lln: float, uln: float, base: float) -> tuple[int, int]:
    lost = round((base - v) / base, 9)
    if lost >= 0.20:
        return one(3)
    if lost >= 0.10:
        return one(2)
    return one(1) if lost >= 0.05 else one(0)


# The limits of normal and the baselines made from them have no dust of their own in binary arithmetic.
# term: second reading, numbers named in it, factors of the upper limit, factors of the baseline, both limits of normal
READINGS: dict[str, tuple[Reading, tuple[float, ...], tuple[float, ...], tuple[float, ...], float, float]] = {
    "anaemia": (anaemia, (10, 8), (), (), 13.5, 17),
    "platelet count decreased": (platelets, (75, 50, 25), (), (), 150, 400),
    "white blood cell decreased": (leukocytes, (3, 2, 1), (), (), 4, 10),
    "neutrophil count decreased": (neutrophils, (1.5, 1, 0.5), (), (), 1.8, 7.5),
    "lymphocyte count decreased": (lymphocytes, (0.8, 0.5, 0.2), (), (), 1.0, 4),
    "creatinine increased": (creatinine, (), (1.5, 3, 6), (1.5, 3), 0.7, 1.25),
    "chronic kidney disease": (kidney, (60, 30, 15), (), (), 90, 120),
    "AST increased": (transaminase, (), (3, 5, 20), (1.5, 3, 5, 20), 5, 40),
    "ALT increased": (transaminase, (), (3, 5, 20), (1.5, 3, 5, 20), 5, 45),
    "blood bilirubin increased": (bilirubin, (), (1.5, 3, 10), (1, 1.5, 3, 10), 0.2, 1.25),
    "alkaline phosphatase increased": (phosphatase, (), (2.5, 5, 20), (2, 2.5, 5, 20), 40, 120),
    "GGT increased": (phosphatase, (), (2.5, 5, 20), (2, 2.5, 5, 20), 10, 60),
    "blood lactate dehydrogenase increased": (dehydrogenase, (), (), (), 120, 250),
    "hypoalbuminaemia": (albumin, (3, 2), (), (), 3.5, 5),
    "hyponatraemia": (low_sodium, (130, 125, 120), (), (), 135, 145),
    "hypernatraemia": (high_sodium, (150, 155, 160), (), (), 135, 145),
    "hypokalaemia": (low_potassium, (3, 2.5), (), (), 3.5, 5.1),
    "hyperkalaemia": (high_potassium, (5.5, 6, 7), (), (), 3.5, 5.1),
    "hypocalcaemia": (low_calcium, (2, 1.75, 1.5), (), (), 2.2, 2.6),
    "hypercalcaemia": (high_calcium, (2.9, 3.1, 3.4), (), (), 2.2, 2.6),
    "hypomagnesaemia": (low_magnesium, (0.5, 0.4, 0.3), (), (), 0.7, 1.0),
    "hypermagnesaemia": (high_magnesium, (1.23, 3.3), (), (), 0.7, 1.0),
    "weight loss": (weight, (), (), (0.95, 0.90, 0.80), 50, 120),
}
TERMS = {term.name: term for term in table().terms}


def cases() -> list[tuple[str, float, float]]:
    """Return term, value and baseline: every limit with what lies just beside it, for a normal and a high baseline."""
    found = []
    for name, (_, numbers, of_upper, of_baseline, lower, upper) in READINGS.items():
        for baseline in (0.8 * upper, 2.0 * upper):
            limits = [lower, upper, *numbers, *(f * upper for f in of_upper), *(f * baseline for f in of_baseline)]
            found += [(name, limit + off, baseline) for limit in limits for off in (-STEP, 0.0, STEP)]
    return found


def test_every_term_of_the_table_has_a_second_reading() -> None:
    assert set(READINGS) == set(TERMS)


@pytest.mark.parametrize("name", READINGS)
def test_each_limit_and_what_lies_beside_it_has_the_grade_of_the_wording(name: str) -> None:
    reading, *_, lower, upper = READINGS[name]
    for term, value, baseline in cases():
        if term != name:
            continue
        found = grade_term(
            TERMS[name], Interval.point(value), lower=lower, upper=upper, baseline=baseline, computed_only=True
        )
        clean = round(value, 9)
        assert tuple(found) == reading(clean, lower, upper, baseline), f"{name} {value!r}, baseline {baseline!r}"


def test_a_term_is_graded_by_the_wording_where_the_baseline_had_another_limit_of_normal() -> None:
    ast = TERMS["AST increased"]
    now, then = 40.0, 60.0
    assert grade_term(ast, Interval.point(55), upper=now, baseline=50, baseline_upper=then) == (1, 1)
    assert grade_term(ast, Interval.point(55), upper=now, baseline=50) == (0, 0)
    assert grade_term(ast, Interval.point(55), upper=now, baseline=50, baseline_upper=None) == (0, 1)


ANSWERS: tuple[tuple[str, dict[str, str | float], tuple[int, int]], ...] = (
    ("dry mouth", {"symptom.dry_mouth": "none"}, (0, 0)),
    ("dry mouth", {"symptom.dry_mouth": "diet-unchanged"}, (1, 1)),
    ("dry mouth", {"symptom.dry_mouth": "diet-altered"}, (2, 2)),
    ("dry mouth", {"symptom.dry_mouth": "cannot-feed"}, (3, 3)),
    ("dry mouth", {"symptom.dry_mouth": "diet-unchanged", "symptom.saliva_flow": 0.21}, (1, 1)),
    ("dry mouth", {"symptom.dry_mouth": "diet-unchanged", "symptom.saliva_flow": 0.2}, (2, 2)),
    ("dry mouth", {"symptom.dry_mouth": "diet-unchanged", "symptom.saliva_flow": 0.1}, (2, 2)),
    ("dry mouth", {"symptom.dry_mouth": "diet-unchanged", "symptom.saliva_flow": 0.09}, (3, 3)),
    ("dry eye", {"symptom.dry_eye": "relieved"}, (1, 1)),
    ("dry eye", {"symptom.dry_eye": "acuity-poor"}, (3, 3)),
    ("fatigue", {"symptom.fatigue": "relieved-by-rest", "symptom.fatigue_limits": "none"}, (1, 1)),
    ("fatigue", {"symptom.fatigue": "relieved-by-rest"}, (1, 2)),
    ("fatigue", {"symptom.fatigue": "not-relieved", "symptom.fatigue_limits": "none"}, (2, 2)),
    ("fatigue", {"symptom.fatigue": "not-relieved", "symptom.fatigue_limits": "instrumental"}, (2, 2)),
    ("fatigue", {"symptom.fatigue": "not-relieved", "symptom.fatigue_limits": "self-care"}, (3, 3)),
    ("fatigue", {"symptom.fatigue": "not-relieved"}, (2, 3)),
    ("fatigue", {"symptom.fatigue": "none", "symptom.fatigue_limits": "none"}, (0, 0)),
    ("fatigue", {"symptom.fatigue": "none", "symptom.fatigue_limits": "instrumental"}, (0, 2)),
    ("nausea", {"symptom.nausea": "eats-as-before"}, (1, 1)),
    ("nausea", {"symptom.nausea": "eats-less"}, (2, 2)),
    ("nausea", {"symptom.nausea": "inadequate"}, (3, 3)),
    ("vomiting", {"symptom.vomiting": "outpatient"}, (2, 2)),
    ("vomiting", {"symptom.vomiting": "life-threatening"}, (4, 4)),
    ("diarrhoea", {"symptom.diarrhoea": "below-4", "symptom.diarrhoea_limits": "none"}, (1, 1)),
    ("diarrhoea", {"symptom.diarrhoea": "4-to-6"}, (2, 3)),
    ("diarrhoea", {"symptom.diarrhoea": "7-or-more"}, (3, 3)),
    ("diarrhoea", {"symptom.diarrhoea": "4-to-6", "symptom.diarrhoea_limits": "self-care"}, (3, 3)),
    ("constipation", {"symptom.constipation": "occasional", "symptom.constipation_limits": "none"}, (1, 1)),
    ("constipation", {"symptom.constipation": "regular-laxatives", "symptom.constipation_limits": "none"}, (2, 2)),
    ("constipation", {"symptom.constipation": "manual-evacuation"}, (3, 3)),
    ("pain", {"symptom.pain_severity": "mild", "symptom.pain_limits": "instrumental"}, (2, 2)),
    ("pain", {"symptom.pain_severity": "severe"}, (3, 3)),
    ("pain", {}, (0, 3)),
    ("anorexia", {"symptom.appetite": "eats-less"}, (2, 2)),
    ("anorexia", {"symptom.appetite": "undernourished"}, (3, 3)),
    ("dysgeusia", {"symptom.taste": "diet-changed"}, (2, 2)),
)


@pytest.mark.parametrize(("name", "given", "expected"), ANSWERS)
def test_answers_about_symptoms_have_the_grade_of_the_wording(
    name: str, given: dict[str, str | float], expected: tuple[int, int]
) -> None:
    term = next(one for one in table().symptoms if one.name == name)
    assert tuple(grade_answers(term, given)) == expected


def test_every_answer_that_grades_is_one_that_the_vocabulary_offers() -> None:
    from lutetia.vocabulary import ITEMS

    for term in table().symptoms:
        for way in (way for ways in term.grades.values() for way in ways):
            for item, wanted in way.answers.items():
                assert item in term.asks
                assert not isinstance(wanted, frozenset) or wanted <= set(ITEMS[item].choices)
        assert "none" in ITEMS[term.asks[0]].choices


def test_every_answer_of_the_vocabulary_leads_somewhere() -> None:
    from lutetia.vocabulary import ITEMS

    for term in table().symptoms:
        for item in (item for item in term.asks if ITEMS[item].kind == "choice"):
            steps = [way.answers.get(item) for ways in term.grades.values() for way in ways]
            used = {answer for wanted in steps if isinstance(wanted, frozenset) for answer in wanted}
            assert set(ITEMS[item].choices) - {"none"} == used


def test_a_version_without_a_table_is_refused_and_the_offered_ones_are_named() -> None:
    assert versions() == ("5.0",)
    with pytest.raises(VersionNotOfferedError, match=r"(?s)'6\.0' has no table here.*5\.0"):
        table("6.0")
