"""Lutetia: an open, local-first workbench for radioligand therapy with 177Lu-PSMA.

Not a medical device. Results are for review by qualified people.
"""

__version__ = "0.1.0"
