"""What the feature of commands that wait brings to the server."""

from bbs_server.features.proposals import handlers, jobs, moving, personal
from bbs_server.manifest import Feature

FEATURE = Feature(
    modules=(handlers,),
    lookups={"move_if_grave": moving.move_if_grave},
    jobs=jobs.JOBS,
    personal=personal.PERSONAL,
    sections=personal.SECTIONS,
)
