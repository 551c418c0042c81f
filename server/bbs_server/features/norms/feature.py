"""Registers the feature of norms with the server."""

from bbs.features.boards.messages import BoardOpened
from bbs_server.features.norms import handlers, packing, records, undoing, unpacking
from bbs_server.manifest import Feature, ReactsTo

FEATURE = Feature(
    modules=(handlers,),
    reactions=(ReactsTo(BoardOpened, handlers.insert_norms_of_new_board),),
    lookups={
        "clause_existed": records.clause_existed,
        "erase_unpacked_norms": unpacking.erase_norms,
        "insert_unpacked_norms": unpacking.insert_norms,
        "is_judgement": records.is_judgement,
        "norms_to_pack": packing.norms_to_pack,
        "norms_version_at": records.version_at,
    },
    undo=undoing.UNDO,
)
