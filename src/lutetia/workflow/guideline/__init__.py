"""What a course, or a person, asks of a book of rules."""
