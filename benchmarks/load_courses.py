"""How long 1,000 courses take to load and to assess, in one process and in two.

    python benchmarks/load_courses.py [--courses 1000]

Writes varied course files of 150 to 250 lines into a temporary folder, loads each, and asks of each whether the
man should be treated. Target: load and assess 1,000 in under 10 s on 2 cores.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from lutetia.course import Course
from lutetia.course.file import parse_course, read_course, write_course
from lutetia.vocabulary import ITEMS

KNOWN_ON = date(2026, 3, 1)
LAB = {
    "lab.haemoglobin": (8.5, 14.0, "g/dL"), "lab.leukocytes": (2.0, 9.0, "10*9/L"),
    "lab.neutrophils": (1.0, 6.0, "10*9/L"), "lab.platelets": (60, 320, "10*9/L"),
    "lab.creatinine": (60, 180, "umol/L"), "lab.egfr": (25, 100, "mL/min/{1.73_m2}"), "lab.ast": (12, 90, "U/L"),
    "lab.alt": (10, 80, "U/L"), "lab.bilirubin": (0.2, 1.5, "mg/dL"), "lab.albumin": (28, 45, "g/L"),
    "lab.alkaline_phosphatase": (60, 600, "U/L"), "lab.ldh": (150, 700, "U/L"), "lab.psa": (2, 900, "ng/mL"),
}  # fmt: skip


def course_text(number: int) -> str:
    """Write one course, different for each number."""
    chance = random.Random(number)
    first = date(2026, 1, 5) + timedelta(days=chance.randrange(10))
    days = [first + timedelta(days=14 * visit) for visit in range(4)]
    facts: dict[str, list[dict[str, object]]] = {
        item: [
            {"value": round(chance.uniform(low, high), 1), "unit": unit, "at": day, "upper": high}
            for day in (*days, *(day + timedelta(days=7) for day in days))
        ]
        for item, (low, high, unit) in LAB.items()
    }
    facts["person.weight"] = [{"value": chance.randrange(60, 110), "unit": "kg", "at": day} for day in days]
    facts["condition.ecog"] = [{"value": chance.randrange(3), "at": day} for day in days]
    for item in ITEMS.values():
        if item.kind == "flag" and chance.random() < 0.8:
            facts[item.id] = [{"value": chance.random() < 0.2, "at": first}]
    facts["person.alive"] = [{"value": True, "at": days[-1]}]
    course = Course.model_validate(
        {
            "format": "lutetia-course/1",
            "id": f"B-{number:04d}",
            "synthetic": True,
            "timezone": "Europe/Paris",
            "patient": {"birth_date": date(1940 + number % 25, 5, 1)},
            "facts": facts,
            **_lists(chance, first),
        }
    )
    return write_course(course)


def _lists(chance: random.Random, first: date) -> dict[str, object]:
    therapies = [
        {"drug": "leuprorelin", "drug_class": "adt", "started": date(2019, 3, 1), "ongoing": True},
        {"drug": "enzalutamide", "drug_class": "arpi", "started": date(2022, 3, 1), "stopped": date(2023, 5, 1),
         "reason_for_stopping": "progression"},
        {"drug": "docetaxel", "drug_class": "taxane", "started": date(2023, 6, 1), "stopped": date(2023, 12, 1),
         "progressed": True},
    ]  # fmt: skip
    lesions = [{"id": f"L{n}", "site": f"vertebra {n}", "kind": "bone"} for n in range(1, chance.randrange(3, 12))]
    measured = [{"lesion": lesion["id"], "suv_max": round(chance.uniform(5, 60), 1)} for lesion in lesions]
    complete = {"complete_as_of": first, "by": "coordinator"}
    return {
        "therapies": {**complete, "entries": therapies[: chance.randrange(1, 4)]},
        "allergies": complete,
        "lesions": {"entries": lesions},
        "examinations": {"entries": [{"on": first - timedelta(days=20), "kind": "psma-pet", "lesions": measured}]},
        "events": {"entries": [_event(chance, first, n) for n in range(3)]},
        "cycles": [{"number": 1, "agent": "[177Lu]Lu-PSMA-617", "planned": first + timedelta(days=60)}],
    }


def _event(chance: random.Random, first: date, number: int) -> dict[str, object]:
    grades = [{"on": first + timedelta(days=20 + step), "grade": chance.randrange(3)} for step in range(2)]
    return {"term": f"event {number}", "ctcae": "5.0", "organ": "general", "grades": grades}


def load(path: Path) -> int:
    """Load one course."""
    return len(read_course(path).facts)


def load_and_assess(path: Path) -> int:
    """Load one course and ask whether the man should be treated."""
    from lutetia.guideline import assess

    return len(assess(read_course(path), "selection", known_on=KNOWN_ON).answers)


def timed(work: Callable[[Path], int], paths: list[Path], processes: int) -> tuple[float, float | None]:
    """Return how long the work takes on all files [s], and in one process how much of that was computing [s]."""
    if processes == 1:
        began, computed = time.perf_counter(), time.process_time()
        for path in paths:
            work(path)
        return time.perf_counter() - began, time.process_time() - computed
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(work, paths[:processes]))  # the interpreters have started and imported
        began = time.perf_counter()
        list(pool.map(work, paths, chunksize=25))
        return time.perf_counter() - began, None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--courses", type=int, default=1000)
    count = parser.parse_args().courses
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number in range(count):
            path = Path(folder) / f"course-{number:04d}.yaml"
            path.write_text(course_text(number), encoding="utf-8")
            paths.append(path)
        lines = sorted(path.read_text(encoding="utf-8").count("\n") for path in paths)
        versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("pydantic", "PyYAML"))
        print(f"{platform.machine()}, {os.cpu_count()} cores; Python {platform.python_version()}, {versions}")
        print(f"{count} courses of {lines[0]} to {lines[-1]} lines (median {lines[count // 2]})")
        parse_course(course_text(0), name="warm-up")
        works: list[tuple[str, Callable[[Path], int]]] = [("load", load)]
        guideline = find_spec("lutetia.guideline")
        if guideline is not None and hasattr(__import__("lutetia.guideline", fromlist=["assess"]), "assess"):
            works.append(("load and assess", load_and_assess))
        print(f"{'':<18}{'processes':>10}{'total [s]':>11}{'each [ms]':>11}{'of it CPU [s]':>15}")
        for name, work in works:
            for processes in (1, 2):
                seconds, computed = timed(work, paths, processes)
                cpu = "" if computed is None else f"{computed:.2f}"
                print(f"{name:<18}{processes:>10}{seconds:>11.2f}{1000 * seconds / count:>11.2f}{cpu:>15}")


if __name__ == "__main__":
    main()
