"""Regions by what an image shows: thresholds, edges, connected pieces, physiological uptake; method and version."""

from lutetia.quantification.segmentation.component import Components, Connectivity, components, connected_to
from lutetia.quantification.segmentation.edge import steepest_edge
from lutetia.quantification.segmentation.growth import Grown, ball, grow, rooms, seed_on
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
from lutetia.quantification.segmentation.qpsma import QpsmaMask, qpsma_mask
from lutetia.quantification.segmentation.threshold import hottest, threshold_at, threshold_of_maximum

__all__ = [
    "DEFINITIONS",
    "Components",
    "Connectivity",
    "DifferentMethodsError",
    "Grown",
    "Method",
    "QpsmaMask",
    "Remaining",
    "Removed",
    "Rule",
    "ball",
    "components",
    "connected_to",
    "differences",
    "grow",
    "hottest",
    "liver_threshold",
    "qpsma_mask",
    "qpsma_threshold",
    "reference_sphere",
    "require_comparable",
    "rooms",
    "seed_on",
    "steepest_edge",
    "threshold_at",
    "threshold_of_maximum",
    "widened",
    "without",
]
