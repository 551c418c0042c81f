"""Registers the feature of letters with the server."""

from bbs.powers import NeedTarget
from bbs_server.features.letters import (
    asking,
    blocks,
    jobs,
    leaving,
    listing,
    news,
    personal,
    records,
    reports,
)
from bbs_server.manifest import Feature

FEATURE = Feature(
    modules=(asking, blocks, leaving, listing, reports),
    lookups={"leave_letters": leaving.leave_letters},
    reactions=news.REACTIONS,
    targets={NeedTarget.LETTER: records.locate},
    jobs=jobs.JOBS,
    personal=personal.PERSONAL,
    sections=personal.SECTIONS,
)
