"""Who takes back words that were reported is told that a copy stays, and until when (P10, 22.2)."""

from collections.abc import Iterable

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.cases.views import CaseState, CaseTold
from bbs.features.members.views import MemberAuthor
from bbs.features.threads.messages import LineUnsaid, PostWithdrawn
from bbs.features.threads.views import Line, Post
from bbs.ids import LineId, PostId
from bbs_server.features.cases.records import CaseRow
from bbs_server.handler_api import Context, Told
from bbs_server.outcome import AppendEvent
from bbs_server.store.api import Tx

_KEPT = (
    "FROM cases WHERE id IN (SELECT of_case FROM evidence WHERE (post = ? OR line = ?)"
    " AND body_text IS NOT NULL) ORDER BY ended_at IS NOT NULL, ended_at DESC LIMIT 1"
)
"""The case that keeps its copy for longest: one that is not over, else the last that ended."""


def keeps_copy(tx: Tx, words: PostId | LineId) -> bool:
    """Return whether a case keeps a copy of a post or a line."""
    return tx.select_one(CaseRow, _KEPT, words, words) is not None


def tell_writer(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Told]:
    """Yield the notice to the author of words that were taken back, and of which a copy stays."""
    assert isinstance(emit.event, PostWithdrawn | LineUnsaid)
    said: Post | Line
    said = emit.event.post if isinstance(emit.event, PostWithdrawn) else emit.event.line
    case = tx.select_one(CaseRow, _KEPT, said.id, said.id)
    if case is None or not isinstance(said.author, MemberAuthor):
        return
    ended = case.ended_at
    state = CaseState.OPEN if ended is None else CaseState.CLOSED
    yield Told(
        member=said.author.id,
        board=case.board,
        case=CaseTold(state=state, keeps_copy=True),
        until=None if ended is None else ended + limits.EVIDENCE_DAYS * DAY_MS,
    )
