"""The man himself."""

from __future__ import annotations

from typing import Final

from lutetia.vocabulary.item import Item

PLAUSIBLE_WEIGHT_KG: Final = (30.0, 300.0)
PLAUSIBLE_HEIGHT_CM: Final = (120.0, 230.0)

height = Item(id="person.height", kind="quantity", asks="Height?", unit="cm", plausible=PLAUSIBLE_HEIGHT_CM,
              codes={"loinc": "8302-2"})  # fmt: skip
weight = Item(id="person.weight", kind="quantity", asks="Body weight?", unit="kg", plausible=PLAUSIBLE_WEIGHT_KG,
              codes={"loinc": "29463-7"})  # fmt: skip
solitary_kidney = Item(id="person.solitary_kidney", kind="flag", asks="Only one functioning kidney?")
partner_of_childbearing_potential = Item(
    id="person.partner_of_childbearing_potential", kind="flag", asks="A partner of childbearing potential?"
)
alive = Item(id="person.alive", kind="flag", asks="Alive at the last contact?")
died_on = Item(id="person.died_on", kind="day", asks="Day of death?")
cause_of_death = Item(id="person.cause_of_death", kind="text", asks="Cause of death?")
