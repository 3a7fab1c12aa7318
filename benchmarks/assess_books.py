"""How long does it take to assess a course by every book, and to lay the answers side by side, with the whole trace?

    python benchmarks/assess_books.py [--courses 10000] [--processes 2] [--seed 1]

One course: an assessment by each book, and the comparison of all, again and again, in one process. Many courses: each
is a committed case of one of the books, varied by the seed, loaded and then compared; loading is timed beside it.
Every patient is made up. Targets: one loaded course by all books in under 10 ms, and 10,000 in under 60 s on 2 cores.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

from lutetia.course import Course
from lutetia.guideline import assess, books
from lutetia.guideline.book_comparison import compare
from lutetia.guideline.cases import Case, read_cases
from lutetia.vocabulary import ITEMS

ONE = "nothing in the way of the third cycle"
REPEATS = 200
CHANGED, TURNED, LEFT_OUT = 0.3, 0.05, 0.03
"""Parts of the facts that are changed (numbers), turned round (yes and no), and left out."""


class Told(NamedTuple):
    """What one process found: seconds for loading and comparing, processor time of both, and which agreements."""

    loading_s: float
    comparing_s: float
    processor_s: float
    agreements: Counter[str]


@cache
def cases() -> tuple[Case, ...]:
    """Return every case of every book that has facts."""
    return tuple(case for book in books() for case in read_cases(book) if case.course.facts)


def varied(course: Course, chance: random.Random) -> Course:
    """Return a course with some of its facts changed, turned round or left out, validated as if it were read."""
    facts: dict[str, list[dict[str, Any]]] = {}
    for item, known in course.facts.items():
        kept = [fact for fact in known if chance.random() >= LEFT_OUT]
        facts[item] = [another(item, fact.model_dump(exclude_unset=True, exclude={"item"}), chance) for fact in kept]
    parts = {name: getattr(course, name) for name in type(course).model_fields}
    return Course.model_validate({**parts, "facts": {item: found for item, found in facts.items() if found}})


def another(item: str, fact: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    value = fact["value"]
    if isinstance(value, bool):
        return {**fact, "value": value != (chance.random() < TURNED)}
    if item.startswith("lab.") and isinstance(value, int | float) and chance.random() < CHANGED:
        low, high = ITEMS[item].plausible or (value / 2, value * 2)
        changed = round(value * chance.uniform(0.6, 1.5), 2)
        return {**fact, "value": changed} if fact["unit"] == ITEMS[item].unit and low <= changed <= high else fact
    return fact


def work(seed: int, first: int, count: int) -> Told:
    """Load and compare some courses, each made from its own number."""
    known = cases()
    for book in books():
        assess(known[0].course, known[0].question, book=book)  # prepares the books, once for each process
    loading = comparing = 0.0
    began = process_time()
    agreements: Counter[str] = Counter()
    for number in range(first, first + count):
        chance = random.Random(f"{seed}/{number}")
        case = chance.choice(known)
        start = perf_counter()
        course = varied(case.course, chance)
        loaded = perf_counter()
        found = compare(course, case.question, known_on=case.known_on)
        comparing += perf_counter() - loaded
        loading += loaded - start
        agreements.update(one.agreement.value for one in found.topics)
    return Told(loading, comparing, process_time() - began, agreements)


def processor() -> str:
    try:
        with open("/proc/cpuinfo") as stream:
            return next(line.split(":", 1)[1].strip() for line in stream if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def timed(name: str, call: Callable[[], object]) -> None:
    """Print the median and least time of many calls, and the least processor time of one."""
    call()
    walls, works = [], []
    for _ in range(REPEATS):
        wall, own = perf_counter(), process_time()
        call()
        walls.append(1e3 * (perf_counter() - wall))
        works.append(1e3 * (process_time() - own))
    print(f"  {name:44s} {median(walls):10.2f} {min(walls):10.2f} {median(works):14.2f}")


def one_course() -> None:
    case = next(case for case in cases() if case.name == ONE)
    print(f"{'One loaded course, trace included':46s} {'median ms':>10s} {'least ms':>10s} {'processor ms':>14s}")

    def by(book: str) -> Callable[[], object]:
        return lambda: assess(case.course, case.question, book=book)

    for book in books():
        timed(book, by(book))
    timed("all books", lambda: [by(book)() for book in books()])
    timed("all books, compared", lambda: compare(case.course, case.question))


def many_courses(courses: int, processes: int, seed: int) -> None:
    shares = [courses // processes + (1 if place < courses % processes else 0) for place in range(processes)]
    starts = [sum(shares[:place]) for place in range(processes)]
    start = perf_counter()
    with ProcessPoolExecutor(max_workers=processes) as pool:
        told = list(pool.map(work, [seed] * processes, starts, shares))
    wall = perf_counter() - start
    comparing, loading = max(one.comparing_s for one in told), max(one.loading_s for one in told)
    print(f"{courses:,} courses, seed {seed}, {processes} processes: {wall:.1f} s in all")
    print(f"  loading up to {loading:.1f} s, all books compared up to {comparing:.1f} s in a process")
    print(f"  {1e3 * sum(one.processor_s for one in told) / courses:.2f} ms of processor time each, loading included")
    total = sum((one.agreements for one in told), Counter())
    print("  topics: " + ", ".join(f"{name} {count:,}" for name, count in total.most_common()))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--courses", type=int, default=10_000)
    arguments.add_argument("--processes", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(
        f"{platform.node()}: {processor()}, {os.cpu_count()} cores, load {load:.2f}; Python {platform.python_version()}"
    )
    one_course()
    many_courses(asked.courses, asked.processes, asked.seed)


if __name__ == "__main__":
    main()
