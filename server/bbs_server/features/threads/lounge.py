"""What the commands of the lounge do: lines of live chat, soon forgotten."""

from bbs.clock import HOUR_MS
from bbs.features.threads import rules
from bbs.features.threads.messages import Said, Say, Unsaid, Unsay
from bbs.features.threads.views import LineShown, WordsState
from bbs.refusals import Conflict, Gone
from bbs.streams import lounge_stream
from bbs_server.acting import At, Emit, Outcome
from bbs_server.features.threads import records, sizes, words
from bbs_server.store.engine import Tx


def say(tx: Tx, at: At, command: Say) -> Outcome[LineShown]:
    """Say a line; it is told at once."""
    rules.check_line_body(command.body)
    if tx.one("SELECT 1 FROM lines WHERE id = ?", command.line) is not None:
        raise Conflict(what="a line with this id exists")
    called = at.readers.members_by_handle(tx, rules.find_mentions(command.body))
    may_read = at.readers.who_may_read(tx, at.board, called.values())
    board = at.board.id
    text = sizes.keep(tx, at, board, command.body)
    tx.run("UPDATE boards SET lines = lines + 1 WHERE id = ?", board)
    tx.run(
        "INSERT INTO lines (id, board, number, author_kind, author, at, fades_at, body_text, state,"
        " mentions, norms_version) SELECT ?, id, lines, 'member', ?, ?, ?, ?, 'published', ?,"
        " norms_version FROM boards"
        " WHERE id = ?",
        *(command.line, at.member, at.now, at.now + at.board.lounge_hours * HOUR_MS, text),
        *(" ".join(member for member in called.values() if member in may_read), board),
    )
    line = records.line(tx, command.line)
    emit = Emit(lounge_stream(board), Said(line=line), line.id, {"line.body": text})
    return Outcome(LineShown(line=line), (emit,))


def unsay(tx: Tx, at: At, command: Unsay) -> Outcome[LineShown]:
    """Take a line back."""
    row = tx.one(f"{records.LINE} WHERE id = ?", command.line)
    assert row is not None
    body_text, state = row[7:9]
    if row[6] <= at.proven_now:
        raise Gone(state=WordsState.FADED.value)
    if state == WordsState.PURGED.value:
        raise Gone(state=state)
    if state != WordsState.WITHDRAWN.value:
        words.erase_line(tx, row[1], command.line, body_text, WordsState.WITHDRAWN.value)
    line = records.line(tx, command.line)
    if state == WordsState.WITHDRAWN.value:
        return Outcome(LineShown(line=line))
    emit = Emit(lounge_stream(line.board), Unsaid(line=line), line.id)
    return Outcome(LineShown(line=line), (emit,))
