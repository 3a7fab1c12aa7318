"""Regions by what an image shows: thresholds, edges, connected pieces, physiological uptake; method and version."""

from lutetia.quantification.segmentation.component import Components, Connectivity, components, connected_to
from lutetia.quantification.segmentation.edge import steepest_edge
from lutetia.quantification.segmentation.liver import liver_threshold, qpsma_threshold, reference_sphere
from lutetia.quantification.segmentation.method import (
    DEFINITIONS,
    DifferentMethodsError,
    Method,
    Rule,
    differences,
    require_comparable,
)
from lutetia.quantification.segmentation.physiological import Remaining, Removed, widened, without
from lutetia.quantification.segmentation.threshold import hottest, threshold_at, threshold_of_maximum

__all__ = [
    "DEFINITIONS",
    "Components",
    "Connectivity",
    "DifferentMethodsError",
    "Method",
    "Remaining",
    "Removed",
    "Rule",
    "components",
    "connected_to",
    "differences",
    "hottest",
    "liver_threshold",
    "qpsma_threshold",
    "reference_sphere",
    "require_comparable",
    "steepest_edge",
    "threshold_at",
    "threshold_of_maximum",
    "widened",
    "without",
]
