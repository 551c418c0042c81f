"""What the feature of reading brings to the server."""

from bbs.features.boards.messages import SeatChanged
from bbs_server.features.reading import choices, handlers, inbox, personal, search, unread
from bbs_server.manifest import Feature, ReactsTo

FEATURE = Feature(
    modules=(choices, handlers, inbox, search, unread),
    reactions=(ReactsTo(SeatChanged, handlers.set_floor_on_seat, after=("members",)),),
    personal=personal.PERSONAL,
    sections=personal.SECTIONS,
)
