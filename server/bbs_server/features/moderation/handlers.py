"""Handlers of the requests about acts."""

from bbs.features.moderation.messages import ActPage, GetLog
from bbs.ids import MemberId
from bbs.powers import Office
from bbs.streams import board_stream
from bbs_server.features.moderation import records
from bbs_server.handler_api import Context
from bbs_server.paging import fit_page
from bbs_server.store.api import Tx
from bbs_server.store.event_log import heads


def get_log(tx: Tx, ctx: Context, query: GetLog) -> ActPage:
    """Return a page of a board's acts, newest first (P8)."""
    found = records.list_acts(tx, query, *_reader(ctx))
    acts = tuple(found[: fit_page(found[: query.limit])])
    return ActPage(
        acts=acts,
        next_before=acts[-1].number if len(found) > len(acts) else None,
        as_of=heads(tx, [board_stream(query.board)]),
    )


def _reader(ctx: Context) -> tuple[MemberId, frozenset[Office]]:
    """Return who reads a log: a token reads no names, whoever holds it (13.5)."""
    actor = ctx.acting
    return actor.member, ctx.offices if actor.scope is None else frozenset()
