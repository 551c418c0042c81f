"""What the commands about the community as a whole do."""

from typing import Any

from bbs.clock import to_ms
from bbs.features.community import rules
from bbs.features.community.messages import (
    Close,
    ClosingShown,
    Ending,
    GetClosing,
    Staying,
    StayOpen,
)
from bbs.ids import COMMONS
from bbs.messages import Event
from bbs.refusals import Conflict
from bbs_server.acting import (
    COMMONS_STREAM,
    At,
    Emit,
    Handler,
    Outcome,
    Reaction,
    Reader,
    TellClosing,
)
from bbs_server.features.community import records
from bbs_server.store import log, texts
from bbs_server.store.engine import Tx


def get_closing(tx: Tx, at: At, query: GetClosing) -> ClosingShown:
    """Whether and when it ends."""
    return ClosingShown(
        closing=records.closing(tx),
        reason=records.reason(tx),
        as_of=log.heads(tx, [COMMONS_STREAM]),
    )


def close(tx: Tx, at: At, command: Close) -> Outcome[ClosingShown]:
    """Announce the end; announcing the same again tells nobody anything new."""
    rules.check_reason(command.reason)
    planned = rules.plan(to_ms(command.on), at.now)
    records.put(tx, at, planned, command.reason)
    event = Ending(closing=planned, reason=command.reason)
    # A text of the event's own: the log ends in its time, the announcement in its own.
    emit = Emit(COMMONS_STREAM, event, COMMONS, {"reason": texts.keep(tx, at, command.reason)})
    result = ClosingShown(closing=planned, reason=command.reason)
    return Outcome(result, (emit, TellClosing(planned)))


def stay_open(tx: Tx, at: At, command: StayOpen) -> Outcome[ClosingShown]:
    """Call the end off."""
    rules.check_reason(command.reason)
    if records.closing(tx) is None:
        raise Conflict(what="no end of this community is announced")
    records.drop(tx)
    event = Staying(reason=command.reason)
    emit = Emit(COMMONS_STREAM, event, COMMONS, {"reason": texts.keep(tx, at, command.reason)})
    return Outcome(ClosingShown(), (emit, TellClosing(None)))


COMMANDS: dict[Any, Handler] = {Close: close, StayOpen: stay_open}
QUERIES: dict[Any, Reader] = {GetClosing: get_closing}
REACTIONS: list[tuple[type[Event], Reaction]] = []
