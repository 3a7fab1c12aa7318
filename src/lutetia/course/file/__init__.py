"""The file form of a course: read strictly, written readably, described by a JSON Schema."""

from lutetia.course.file.reader import CourseFileError, parse_course, read_course
from lutetia.course.file.schema import course_schema
from lutetia.course.file.writer import write_course

__all__ = ["CourseFileError", "course_schema", "parse_course", "read_course", "write_course"]
