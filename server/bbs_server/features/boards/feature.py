"""Registers the feature of boards and seats with the server."""

from bbs import limits
from bbs.clock import DAY_MS, Ms
from bbs.features.boards.application_messages import ApplicationChanged
from bbs.features.boards.seat_messages import SeatChanged
from bbs.features.members.messages import MemberJoined
from bbs.features.moderation.messages import Acted, RestrictionChanged
from bbs.features.norms.messages import NormsAmended
from bbs.features.reading.views import NoticeKind
from bbs.powers import NeedTarget, Power
from bbs.streams import StreamKind
from bbs_server.features.boards import (
    application_handlers,
    application_jobs,
    application_records,
    coming_home,
    end_handlers,
    end_jobs,
    events,
    handlers,
    jobs,
    kept_seats,
    leaving_seats,
    letters,
    moved,
    office_handlers,
    offices,
    old_slugs,
    packing,
    personal,
    records,
    seat_handlers,
    seat_records,
    succession,
    undoing,
    unpacking,
)
from bbs_server.manifest import Feature, ReactsTo
from bbs_server.standing import BoardFacts, StreamSpec, heard_with, kept_always


def _with_posts_ms(facts: BoardFacts | None) -> Ms:
    days = limits.STREAM_DAYS if facts is None else facts.retention_days
    return min(limits.STREAM_DAYS, days or limits.STREAM_DAYS) * DAY_MS


FEATURE = Feature(
    modules=(
        application_handlers,
        application_jobs,
        end_handlers,
        end_jobs,
        handlers,
        jobs,
        office_handlers,
        seat_handlers,
    ),
    reactions=(
        ReactsTo(MemberJoined, seat_handlers.seat_newcomer),
        ReactsTo(Acted, handlers.open_first_board),
        ReactsTo(NormsAmended, handlers.put_norms_in_force),
        ReactsTo(RestrictionChanged, end_handlers.follow_archiving),
    ),
    lookups={
        "board_by_slug": old_slugs.find_board_id,
        "board_facts": records.find_board_facts,
        "board": records.find_board,
        "boards_readable": records.list_readable_boards,
        "board_stands": unpacking.stands,
        "boards_shown": records.list_boards_shown,
        "begin_unpacked_board": unpacking.begin_board,
        "check_unpacked_board": unpacking.check_board,
        "check_unpacked_place": unpacking.check_place,
        "drop_unpacked_board": unpacking.drop_board,
        "open_unpacked_board": unpacking.open_board,
        "reopen_board": coming_home.reopen_board,
        "commons_full": seat_records.commons_full,
        "end_lines": moved.end_lines,
        "end_moved_board": moved.end_moved_board,
        "enter_letter": letters.enter_letter,
        "erase_letter_board": letters.erase_letter_board,
        "leave_letter": letters.leave_letter,
        "leave_seats": leaving_seats.leave_seats,
        "keep_seats": kept_seats.keep_seats,
        "kept_seats": kept_seats.kept_seats,
        "letter_members": letters.letter_members,
        "give_seats_back": leaving_seats.give_seats_back,
        "give_visit": offices.give_visit,
        "hand_on_sysop": succession.hand_on_sysop,
        "make_sysop": offices.make_sysop,
        "next_office_edge": offices.next_edge,
        "offices_changed_at": events.offices_changed_at,
        "offer_kept_seat": kept_seats.offer_kept_seat,
        "offices_of": offices.offices_of,
        "open_letter": letters.open_letter,
        "own_letters": records.list_own_letters,
        "moderators_of": offices.find_moderators,
        "readers_of": records.readers_of,
        "return_office": office_handlers.return_office,
        "settings_to_pack": packing.settings_to_pack,
        "seat": seat_records.find_seat,
        "seat_of": seat_records.seat_of,
        "sysops": offices.find_sysops,
        "who_may_read": records.filter_readers,
        "writer_of": offices.find_writer,
    },
    # A request without a board, thread or member is about the commons.
    targets=dict.fromkeys(
        (NeedTarget.COMMUNITY, NeedTarget.COMMONS, NeedTarget.BOARD, NeedTarget.TO_BOARD),
        records.locate,
    ),
    streams=(
        StreamSpec(kind=StreamKind.BOARD, hears=heard_with(Power.READ), kept_ms=_with_posts_ms),
        StreamSpec(
            kind=StreamKind.DESK, hears=heard_with(Power.HEAR), names=True, kept_ms=kept_always
        ),
    ),
    tells={
        NoticeKind.APPLICATION: {ApplicationChanged: application_handlers.tell_of_application},
        NoticeKind.SEAT: {SeatChanged: seat_handlers.tell_of_seat},
        NoticeKind.ENDS: {},  # its job tells them, in slices
    },
    undo=undoing.UNDO,
    awaited=application_records.find_awaited,
    jobs=(*jobs.JOBS, *application_jobs.JOBS, *end_jobs.JOBS),
    personal=personal.PERSONAL,
    sections=personal.SECTIONS,
)
