"""What the feature of boards and seats brings to the server."""

from bbs.features.members.messages import MemberJoined
from bbs_server.features.boards import handlers, jobs, records
from bbs_server.manifest import Feature, ReactsTo

FEATURE = Feature(
    modules=(handlers,),
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
