"""Real PSA of 68 men (ASCENT-2, docetaxel arm) against a second, naive reading of the definitions.

The series comes from the folder named by LUTETIA_REAL_DATA (tumgr 0.0.4, MIT; Project Data Sphere). Its rows are not in
order, and it names no day of treatment: the first value of each man is taken as his baseline and its day as his start.
"""

import csv
import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from scipy.stats import beta, binomtest

from lutetia.criteria.interval import Interval
from lutetia.criteria.pcwg3 import psa_progression
from lutetia.criteria.psa_response import best_change, decline, doubling_time
from lutetia.criteria.psa_series import Level, PsaSeries, under_treatment

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif("LUTETIA_REAL_DATA" not in os.environ, reason="LUTETIA_REAL_DATA does not name the data folder"),
]

MEN, VALUES = 68, 453  # as the data set is described
FIRST_DAY = date(2020, 1, 1)
FLOATING_POINT = 1e-9
NORMAL_EQUATIONS = 1e-6
"""They lose digits where a man's days lie close together."""

NINETY_FIVE = 0.95

Naive = list[tuple[int, Fraction]]


def rows(name: str) -> Iterator[dict[str, str]]:
    path = Path(os.environ["LUTETIA_REAL_DATA"]) / name
    if not path.exists():
        pytest.skip(f"{name} is not in the folder named by LUTETIA_REAL_DATA")
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def men() -> dict[str, Naive]:
    found: dict[str, Naive] = defaultdict(list)
    for row in rows("psa_series/ascent2_control_psa.csv"):
        found[row["patient"]].append((int(row["day"]), Fraction(row["psa_ng_ml"])))
    return {man: sorted(values) for man, values in found.items()}


def series(values: Naive) -> PsaSeries:
    start = FIRST_DAY + timedelta(days=values[0][0])
    levels = [Level(FIRST_DAY + timedelta(days=day), Interval.point(float(psa))) for day, psa in reversed(values)]
    found = under_treatment(levels, start)
    assert found is not None
    return found


def naive_progression(values: Naive) -> int | None:
    """Try every value, and for each every later one: the definition word by word, in exact fractions."""
    start, baseline = values[0]
    for i in range(1, len(values)):
        day, psa = values[i]
        nadir = min(earlier for _, earlier in values[:i])
        if day - start < 84 or not (psa * 4 >= nadir * 5 and psa - nadir >= 2):
            continue
        if all(earlier >= baseline for _, earlier in values[:i]):
            return day
        for j in range(i + 1, len(values)):
            later, again = values[j]
            if any(between <= nadir for _, between in values[i:j]):
                break
            if later - day >= 21 and again * 4 >= nadir * 5 and again - nadir >= 2:
                return day
    return None


def naive_confirmed_half(values: Naive) -> bool:
    half = values[0][1] / 2
    days = [day for day, psa in values[1:] if psa <= half]
    return bool(days) and max(days) - min(days) >= 21


def test_the_series_is_the_one_described() -> None:
    assert len(men()) == MEN
    assert sum(map(len, men().values())) == VALUES


def test_dates_of_progression_are_those_of_a_naive_reading() -> None:
    found = {}
    for man, values in men().items():
        read = psa_progression(series(values))
        found[man] = (read.on - FIRST_DAY).days if read.progressed and read.on else None
    assert found == {man: naive_progression(values) for man, values in men().items()}
    assert any(found.values())
    assert not all(found.values())


def test_the_waterfall_is_that_of_a_naive_reading() -> None:
    for values in men().values():
        best = best_change(series(values))
        if len(values) == 1:
            assert best is None
            continue
        assert best is not None
        least = min(psa for _, psa in values[1:])
        assert best.percent.low == pytest.approx(
            float(100 * (least / values[0][1] - 1)), abs=FLOATING_POINT, rel=FLOATING_POINT
        )


def test_men_with_a_fall_by_half_are_counted_alike_and_their_exact_interval_holds() -> None:
    fell = [decline(series(values), 50) for values in men().values()]
    assert [one.confirmed is True for one in fell] == [naive_confirmed_half(values) for values in men().values()]
    half = [any(psa * 2 <= values[0][1] for _, psa in values[1:]) for values in men().values()]
    assert [one.holds is True for one in fell] == half
    count = sum(half)
    interval = binomtest(count, MEN).proportion_ci(NINETY_FIVE, method="exact")
    tail = (1 - NINETY_FIVE) / 2
    assert interval.low == pytest.approx(beta.ppf(tail, count, MEN - count + 1))
    assert interval.high == pytest.approx(beta.ppf(1 - tail, count + 1, MEN - count))


def test_doubling_times_are_those_of_the_normal_equations() -> None:
    from math import log

    months = {man: doubling_time((series(v).baseline, *series(v).after)).months for man, v in men().items()}
    assert any(months.values())
    for man, values in men().items():
        if months[man] is None:
            continue
        days = [day for day, _ in values]
        logs = [log(psa) for _, psa in values]
        mean_day, mean_log = sum(days) / len(days), sum(logs) / len(logs)
        slope = sum((day - mean_day) * (one - mean_log) for day, one in zip(days, logs, strict=True)) / sum(
            (day - mean_day) ** 2 for day in days
        )
        assert months[man] == pytest.approx(log(2) / slope / (365.25 / 12), rel=NORMAL_EQUATIONS)


def test_the_baseline_flagged_in_a_submission_is_the_baseline_taken() -> None:
    subjects: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows("pcwg3_sdtm/lb_onco_pcwg3.csv"):
        subjects[row["USUBJID"]].append(row)
    assert subjects
    for found in subjects.values():
        levels = [
            Level(FIRST_DAY + timedelta(days=int(float(row["LBDY"]))), Interval.point(float(row["LBSTRESN"])))
            for row in found
        ]
        taken = under_treatment(levels, FIRST_DAY)
        flagged = [row for row in found if row["LBBLFL"] == "Y"]
        if not flagged:
            continue
        assert taken is not None
        assert taken.baseline.ng_ml == Interval.point(float(flagged[0]["LBSTRESN"]))
