"""What the feature of acts brings to the server."""

from bbs_server.features.moderation import handlers, jobs, records
from bbs_server.manifest import Feature

FEATURE = Feature(
    modules=(handlers,),
    lookups={"effects_of_act": records.effects_of_act, "unsay_board": records.unsay_board},
    jobs=jobs.JOBS,
)
