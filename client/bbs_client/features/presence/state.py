"""How presence changes what is known of who is here. Pure."""

from bbs.features.presence.messages import PresenceChanged, PresenceResult
from bbs.messages import Ephemeral, Result
from bbs_client.mirror.changes import Change, SetHere


def fold_ephemeral(ephemeral: Ephemeral) -> tuple[Change, ...]:
    """Return what an ephemeral of this feature changes; nothing for any other."""
    match ephemeral:
        case PresenceChanged(members=members):
            return (SetHere(frozenset(members)),)
        case _:
            return ()


def fold_result(result: Result) -> tuple[Change, ...]:
    """Return what a result of this feature tells of the mirror; nothing for any other result."""
    match result:
        case PresenceResult(members=members):
            return (SetHere(frozenset(members)),)
        case _:
            return ()
