"""The domain: a course of treatment as typed, frozen, dated facts."""

from lutetia.course.agent import Agent, read_agent
from lutetia.course.course import Course, Patient
from lutetia.course.cycle import Administration, Cycle, Scan
from lutetia.course.entry import Complete, Entry, Listed
from lutetia.course.fact import Fact
from lutetia.fileform import Moment, day_of

__all__ = [
    "Administration",
    "Agent",
    "Complete",
    "Course",
    "Cycle",
    "Entry",
    "Fact",
    "Listed",
    "Moment",
    "Patient",
    "Scan",
    "day_of",
    "read_agent",
]
