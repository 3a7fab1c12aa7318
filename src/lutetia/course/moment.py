"""When something in a course was; defined with the file form, which sites share."""

from lutetia.fileform.moment import ClockTime, Day, DayOrTime, Moment, day_of

__all__ = ["ClockTime", "Day", "DayOrTime", "Moment", "day_of"]
