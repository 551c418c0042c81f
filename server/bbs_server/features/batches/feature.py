"""Registers the feature of batches with the server."""

from bbs.features.batches.messages import StartBatch
from bbs_server.features.batches import handlers, jobs, personal, undo_plan, waiting
from bbs_server.handler_api import WhileWaiting
from bbs_server.manifest import Feature

FEATURE = Feature(
    modules=(handlers, undo_plan),
    waiting={
        StartBatch: WhileWaiting(begin=waiting.begin, end=waiting.end, parties=waiting.parties)
    },
    jobs=jobs.JOBS,
    personal=personal.PERSONAL,
    sections=personal.SECTIONS,
)
