"""What the feature of boards and seats brings to the server."""

from bbs.features.boards import messages
from bbs.features.members.messages import MemberJoined
from bbs_server.features.boards import handlers, jobs, records
from bbs_server.manifest import Feature, ReactsTo

FEATURE = Feature(
    commands={
        messages.OpenBoard: handlers.open_board,
        messages.ConfigureBoard: handlers.configure,
        messages.TakeSeat: handlers.take_seat,
        messages.LeaveSeat: handlers.leave_seat,
        messages.OfferSeat: handlers.offer_seat,
        messages.Appoint: handlers.appoint,
    },
    queries={
        messages.ListBoards: handlers.list_boards,
        messages.GetBoard: handlers.get_board,
        messages.ListSeats: handlers.list_seats,
    },
    reactions=(ReactsTo(MemberJoined, handlers.seat_newcomer),),
    lookups={
        "board_by_slug": records.find_board_id,
        "board_facts": records.find_board_facts,
        "board": records.find_board,
        "boards_readable": records.list_readable_boards,
        "commons_full": records.commons_full,
        "seat": records.find_seat,
        "seat_of": records.seat_of,
        "who_may_read": records.filter_readers,
    },
    jobs=jobs.JOBS,
)
