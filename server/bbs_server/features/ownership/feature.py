"""Registers the feature of ownership with the server."""

from bbs_server.features.ownership import handlers, leaving, leaving_jobs, personal
from bbs_server.manifest import Feature

FEATURE = Feature(
    modules=(handlers, leaving, leaving_jobs),
    lookups={
        "board_left_until": leaving.board_left_until,
        "end_leavings": leaving.end_leavings,
        "leave_words": leaving.leave_words,
    },
    jobs=leaving_jobs.JOBS,
    personal=personal.PERSONAL,
    sections=personal.SECTIONS,
)
