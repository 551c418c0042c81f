"""What the feature of norms brings to the server."""

from bbs.features.boards.messages import BoardOpened
from bbs.features.norms import messages
from bbs_server.features.norms import handlers, records
from bbs_server.manifest import Feature, ReactsTo

FEATURE = Feature(
    queries={
        messages.GetNorms: handlers.get_norms,
        messages.GetCommonsNorms: handlers.get_commons_norms,
    },
    reactions=(ReactsTo(BoardOpened, handlers.insert_norms_of_new_board),),
    lookups={
        "clause_existed": records.clause_existed,
    },
)
