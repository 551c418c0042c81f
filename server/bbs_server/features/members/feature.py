"""What the feature of members brings to the server."""

from bbs.features.boards.messages import SeatChanged
from bbs_server.features.members import (
    account,
    invitation_handlers,
    jobs,
    records,
    sign_in,
    sign_up,
)
from bbs_server.manifest import Feature, ReactsTo

FEATURE = Feature(
    modules=(account, invitation_handlers, sign_in, sign_up),
    reactions=(ReactsTo(SeatChanged, invitation_handlers.admit_on_seat),),
    lookups={
        "member": records.find_member,
        "members_by_handle": records.members_by_handle,
    },
    jobs=jobs.JOBS,
)
