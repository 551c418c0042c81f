"""Registers the feature of reading with the server."""

from bbs.features.boards.seat_messages import SeatChanged
from bbs.features.threads.tending_messages import PostsRenumbered, ThreadMerged
from bbs_server.features.reading import (
    choices,
    handlers,
    inbox,
    moved,
    notices,
    personal,
    records,
    search,
    unread,
)
from bbs_server.manifest import Feature, ReactsTo

FEATURE = Feature(
    modules=(choices, handlers, inbox, notices, search, unread),
    reactions=(
        ReactsTo(SeatChanged, handlers.set_floor_on_seat, after=("members",)),
        ReactsTo(PostsRenumbered, moved.carry_marks),
        ReactsTo(ThreadMerged, moved.follow_merged),
    ),
    lookups={
        "effects_of_notice": notices.effects_of_notice,
        "forget_letter": records.forget_letter,
    },
    jobs=notices.JOBS,
    personal=personal.PERSONAL,
    sections=personal.SECTIONS,
)
