"""Becquerels to uptake values: by which published rule, from which facts, with which doubts."""

from lutetia.quantification.suv.body import KINDS, Body, LeanMass, Sex, SuvError, SuvKind
from lutetia.quantification.suv.facts import DecayCorrection, SliceTime, SuvFacts, UsedFact
from lutetia.quantification.suv.rule import SuvRule, suv_rule
from lutetia.quantification.suv.volume import DOUBTFUL_SHARE, ImpossibleUptakeError, share_in_view, to_suv

__all__ = [
    "DOUBTFUL_SHARE",
    "KINDS",
    "Body",
    "DecayCorrection",
    "ImpossibleUptakeError",
    "LeanMass",
    "Sex",
    "SliceTime",
    "SuvError",
    "SuvFacts",
    "SuvKind",
    "SuvRule",
    "UsedFact",
    "share_in_view",
    "suv_rule",
    "to_suv",
]
