"""What became of PSMA-positive disease between two PET: volumes, lesions, proposals of new ones."""

from lutetia.response.disease import (
    NOT_TAKEN_OUT,
    NOT_TOLD_APART,
    TUMOUR_SINK_ML,
    Disease,
    compare_volumes,
    measure_disease,
)
from lutetia.response.lesion import Beside, FoundLesion
from lutetia.response.measured import measure_pair
from lutetia.response.new_count import NewCount, counted_new
from lutetia.response.pair import History, Pair, RecipFacts, compare
from lutetia.response.pet import PHYSIOLOGICAL, PsmaPet
from lutetia.response.proposal import NewLesion
from lutetia.response.reading import answered, read_by
from lutetia.response.reading_draft import reading_draft
from lutetia.response.reading_file import LesionReading, Reading, ReadingFileError, parse_reading
from lutetia.response.segmenter import GROUP, Found, Segmenter, load_segmenter, plugged_in
from lutetia.response.threshold import ThresholdSegmenter

__all__ = [
    "GROUP",
    "NOT_TAKEN_OUT",
    "NOT_TOLD_APART",
    "PHYSIOLOGICAL",
    "TUMOUR_SINK_ML",
    "Beside",
    "Disease",
    "Found",
    "FoundLesion",
    "History",
    "LesionReading",
    "NewCount",
    "NewLesion",
    "Pair",
    "PsmaPet",
    "Reading",
    "ReadingFileError",
    "RecipFacts",
    "Segmenter",
    "ThresholdSegmenter",
    "answered",
    "compare",
    "compare_volumes",
    "counted_new",
    "load_segmenter",
    "measure_disease",
    "measure_pair",
    "parse_reading",
    "plugged_in",
    "read_by",
    "reading_draft",
]
