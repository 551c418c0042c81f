"""News of letters, told to the devices of those in them: they need not listen to every letter."""

from collections.abc import Iterable

from bbs.features.boards.kinds import BoardKind
from bbs.features.letters.messages import LetterNews
from bbs.features.threads.messages import (
    PostEdited,
    PostPublished,
    PostWithdrawn,
    ThreadPublished,
    ThreadRetitled,
)
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
    letter = ctx.standing.board.id
    records.note_moved(tx, letter, ctx.now)
    news = LetterNews(letter=letter, seq=event_log.head(tx, emit.stream).seq)
    members = ctx.readers.letter_members(tx, [letter])[letter]
    return [SendEphemeral(member, news) for member in members]


REACTIONS = tuple(
    ReactsTo(event, tell_news)
    for event in (PostPublished, ThreadPublished, PostEdited, PostWithdrawn, ThreadRetitled)
)
