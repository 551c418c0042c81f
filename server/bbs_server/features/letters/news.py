"""News of letters, told to the devices of those in them: they need not listen to every letter."""

from collections.abc import Iterable

from bbs.features.boards.kinds import BoardKind
from bbs.features.letters.messages import LetterNews
from bbs.features.moderation.views import RestrictionKind
from bbs.features.threads.erasing_messages import TextHidden, TextPurged, TextShown
from bbs.features.threads.messages import (
    PostEdited,
    PostPublished,
    PostWithdrawn,
    ThreadPublished,
    ThreadRetitled,
)
from bbs.ids import COMMONS, BoardId
from bbs.streams import board_stream, stream_parts
from bbs_server.features.letters import records
from bbs_server.handler_api import Context
from bbs_server.manifest import ReactsTo
from bbs_server.outcome import AppendEvent, Effect, SendEphemeral
from bbs_server.store import event_log
from bbs_server.store.api import Tx


def tell_news(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Tell everybody in a letter that something happened there; of a board nothing is done."""
    if ctx.standing is None or ctx.standing.board.kind is not BoardKind.LETTER:
        return ()
    return _news(tx, ctx, ctx.standing.board.id)


def tell_of_purge(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Tell it where the sysop purged, whose request names no letter."""
    _, owner = stream_parts(emit.stream)
    facts = ctx.readers.board_facts(tx, owner)
    if facts is None or facts.kind is not BoardKind.LETTER:
        return ()
    return _news(tx, ctx, owner)


def _news(tx: Tx, ctx: Context, letter: BoardId) -> list[Effect]:
    records.note_moved(tx, letter, ctx.now)
    news = LetterNews(letter=letter, seq=event_log.head(tx, board_stream(letter)).seq)
    suspended = ctx.readers.restricted_members(tx, RestrictionKind.SUSPENDED, COMMONS, ctx.now)
    members = ctx.readers.letter_members(tx, [letter])[letter]
    # Who is suspended reads no letters, and learns of no news in them (P11).
    return [SendEphemeral(member, news) for member in members if member not in suspended]


REACTIONS = (
    *(
        ReactsTo(event, tell_news)
        for event in (PostPublished, ThreadPublished, PostEdited, PostWithdrawn, ThreadRetitled)
    ),
    *(ReactsTo(event, tell_of_purge) for event in (TextPurged, TextHidden, TextShown)),
)
