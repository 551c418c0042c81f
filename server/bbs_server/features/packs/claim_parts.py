"""What the manifest of packs has from claims and vouchings."""

from bbs.features.boards.seat_messages import SeatChanged
from bbs.features.members.messages import MemberJoined
from bbs.features.ownership.leaving_messages import LeavingChanged
from bbs_server.features.packs import (
    claim_handlers,
    claim_jobs,
    claim_joining,
    claim_personal,
    vouching,
)
from bbs_server.manifest import ReactsTo

MODULES = (claim_handlers, claim_joining, vouching)
REACTIONS = (
    ReactsTo(MemberJoined, claim_joining.take_up_on_joining, after=("boards",)),
    ReactsTo(SeatChanged, claim_joining.return_office_on_seat),
    ReactsTo(LeavingChanged, vouching.end_names_of_leaver),
)
JOBS = claim_jobs.JOBS
PERSONAL = claim_personal.PERSONAL
SECTIONS = claim_personal.SECTIONS
