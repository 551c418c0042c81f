"""Handlers of consent: a member says how their words may go with a board (protocol 29.1)."""

from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Visibility
from bbs.features.packs.consent_messages import (
    BoardConsent,
    ConsentChanged,
    ConsentList,
    ConsentResult,
    ListConsents,
    PackConsent,
    SetConsent,
)
from bbs.ids import COMMONS, BoardId
from bbs.refusals import Conflict, NotFound
from bbs.streams import board_stream
from bbs_server.features.packs import consent_records
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Outcome
from bbs_server.store import event_log
from bbs_server.store.api import Tx


def set_consent(tx: Tx, ctx: Context, command: SetConsent) -> Outcome[ConsentResult]:
    """Store how the actor's words may go with a board, and tell the board's readers."""
    _check_known(tx, ctx, command.board)
    consent = BoardConsent(board=command.board, member=ctx.member, consent=command.consent)
    result = ConsentResult(consent=consent)
    if consent_records.consent_of(tx, command.board, ctx.member) is command.consent:
        return Outcome(result)
    consent_records.put_consent(tx, command.board, ctx.member, command.consent)
    told = ConsentChanged(consent=consent)
    return Outcome(result, (AppendEvent(board_stream(command.board), told, ctx.member),))


def _check_known(tx: Tx, ctx: Context, board: BoardId) -> None:
    """Refuse a board that the actor may not know of, unless they may have words there (P9)."""
    facts = ctx.readers.board_facts(tx, board)
    if facts is None or facts.kind is BoardKind.LETTER:
        raise NotFound(what="board")
    if board == COMMONS:
        raise Conflict(what="the commons stays with its community: nobody takes it along")
    if ctx.acting.seated and facts.visibility is not Visibility.PRIVATE:
        return
    if ctx.readers.seat_of(tx, board, ctx.member) is None and not ctx.readers.is_writer(
        tx, board, ctx.member
    ):
        raise NotFound(what="board")


def list_consents(tx: Tx, ctx: Context, query: ListConsents) -> ConsentList:
    """Return what members chose for a board, by their ids."""
    found = consent_records.consents_of(tx, query.board)
    consents = tuple(
        BoardConsent(board=query.board, member=member, consent=consent)
        for member, consent in found.items()
        if consent is not PackConsent.NAMELESS
    )
    return ConsentList(
        board=query.board,
        consents=consents,
        as_of=event_log.heads(tx, [board_stream(query.board)]),
    )
