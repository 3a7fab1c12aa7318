"""Symptoms as answers to the questions that CTCAE puts: eating, daily living, what is needed against them.

The answers are those that tell the grades apart, in our words; grades are made from them in
:mod:`lutetia.criteria.ctcae_symptom`.
"""

from __future__ import annotations

from lutetia.vocabulary.item import Item


def _choice(name: str, asks: str, **choices: str) -> Item:
    named = {choice.removeprefix("_").replace("_", "-"): meaning for choice, meaning in choices.items()}
    return Item(id=f"symptom.{name}", kind="choice", asks=asks, choices=named)


def _limits(name: str, of: str) -> Item:
    return _choice(
        f"{name}_limits",
        f"Does {of} limit his daily living?",
        none="no",
        instrumental="instrumental activities: cooking, shopping, telephone, money",
        self_care="self-care: washing, dressing, eating, toilet, taking medicines",
    )


dry_mouth = _choice(
    "dry_mouth",
    "A dry mouth, and what does it do to his eating?",
    none="no dry mouth",
    diet_unchanged="dry or thick saliva; he eats as before",
    diet_altered="he eats otherwise: much water, lubricants, puree or soft and moist food",
    cannot_feed="he cannot feed himself enough by mouth; a tube or parenteral nutrition is indicated",
)
saliva_flow = Item(id="symptom.saliva_flow", kind="quantity", asks="Unstimulated flow of saliva, as measured?",
                   unit="mL/min", plausible=(0, 5))  # fmt: skip
dry_eye = _choice(
    "dry_eye",
    "Dry eyes, and how far do they impair him?",
    none="no dry eyes",
    relieved="seen on examination only, or relieved by lubricants",
    acuity_reduced="symptoms with acuity moderately reduced: 20/40 or better, or three lines lost at most",
    acuity_poor="symptoms with acuity markedly reduced: worse than 20/40, or more than three lines lost; or self-care "
    "is limited",
)
fatigue = _choice(
    "fatigue",
    "Fatigue, and does rest relieve it?",
    none="no fatigue",
    relieved_by_rest="rest relieves it",
    not_relieved="rest does not relieve it",
)
fatigue_limits = _limits("fatigue", "fatigue")
nausea = _choice(
    "nausea",
    "Nausea, and what does it do to his eating?",
    none="no nausea",
    eats_as_before="less appetite; he eats as before",
    eats_less="he eats less, without losing much weight, drying out or malnutrition",
    inadequate="he does not eat or drink enough; a tube, parenteral nutrition or admission is indicated",
)
vomiting = _choice(
    "vomiting",
    "Vomiting, and what is needed against it?",
    none="no vomiting",
    no_intervention="nothing is needed",
    outpatient="fluids into a vein as an outpatient, or medical treatment",
    tube_or_admission="a tube, parenteral nutrition or admission is indicated",
    life_threatening="life-threatening",
)
diarrhoea = _choice(
    "diarrhoea",
    "Stools a day more than before the therapy?",
    none="none more",
    below_4="fewer than 4 more, or slightly more from a stoma",
    _4_to_6="4 to 6 more, or moderately more from a stoma",
    _7_or_more="7 or more, or admission is indicated, or much more from a stoma",
    life_threatening="life-threatening",
)
diarrhoea_limits = _limits("diarrhoea", "diarrhoea")
constipation = _choice(
    "constipation",
    "Constipation, and what is needed against it?",
    none="no constipation",
    occasional="now and then; softeners, laxatives, diet or an enema now and then",
    regular_laxatives="persistent; laxatives or enemas regularly",
    manual_evacuation="obstipation; manual evacuation is indicated",
    life_threatening="life-threatening",
)
constipation_limits = _limits("constipation", "constipation")
pain_severity = _choice(
    "pain_severity", "Pain, as he calls it?", none="no pain", mild="mild", moderate="moderate", severe="severe"
)
pain_limits = _limits("pain", "pain")
appetite = _choice(
    "appetite",
    "Loss of appetite, and what does it do to his eating?",
    none="appetite as before",
    eats_as_before="less appetite; he eats as before",
    eats_less="he eats otherwise, without losing much weight or malnutrition; or supplements are indicated",
    undernourished="much weight lost or malnutrition; or a tube or parenteral nutrition is indicated",
    life_threatening="life-threatening",
)
taste = _choice(
    "taste",
    "Is his taste altered?",
    none="no",
    diet_unchanged="altered; he eats as before",
    diet_changed="altered, and he eats otherwise; or unpleasant taste, or taste lost",
)
