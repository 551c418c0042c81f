"""Registers the feature of arriving with the server."""

from bbs.features.boards.messages import BoardConfigured
from bbs.features.boards.seat_messages import SeatChanged
from bbs.features.moderation.messages import RestrictionChanged
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.messages import PostPublished, ThreadPublished
from bbs.streams import StreamKind
from bbs_server.features.arriving import (
    guard_records,
    guards,
    handlers,
    jobs,
    notes,
    personal,
    undoing,
)
from bbs_server.manifest import Feature, ReactsTo
from bbs_server.standing import StreamSpec, kept_always

FEATURE = Feature(
    modules=(handlers, notes),
    lookups={
        "end_approval": guards.end_approval,
        "guards_of_newcomer": guards.guards_of_newcomer,
        "hold_post": guards.hold_post,
        "letters_guard": guards.letters_guard,
        "links_guard": guards.links_guard,
        "why_held": guards.why_held,
    },
    reactions=(
        ReactsTo(SeatChanged, guards.begin_or_end),
        ReactsTo(BoardConfigured, guards.follow_settings),
        ReactsTo(RestrictionChanged, notes.recheck_suspended),
        ReactsTo(PostPublished, guards.count_post),
        ReactsTo(ThreadPublished, guards.count_post),
    ),
    streams=(
        StreamSpec(
            kind=StreamKind.NOTE, of_board=False, hears_by_rows=notes.hears, kept_ms=kept_always
        ),
    ),
    undo=undoing.UNDO,
    jobs=jobs.JOBS,
    tells={NoticeKind.HELD: {}},  # with the post that waits, and with the decision about it
    awaited=guard_records.boards_waiting,
    personal=personal.PERSONAL,
    sections=personal.SECTIONS,
)
