"""How results about norms change the mirror. Pure."""

from bbs.features.norms.messages import Norms
from bbs.messages import Result
from bbs_client.mirror.changes import Change, PutNorms


def fold_result(result: Result) -> tuple[Change, ...]:
    """Return what a result of this feature tells of the mirror; nothing for any other result."""
    match result:
        case Norms():
            return (PutNorms(result),)
        case _:
            return ()
