"""The SQL of applications."""

from collections.abc import Sequence
from typing import NamedTuple

from bbs.clock import Ms, instant
from bbs.features.boards.application_messages import (
    Answered,
    Application,
    ApplicationState,
    Decision,
    OwnApplication,
)
from bbs.features.boards.application_rules import KEPT_MS, check_move, due_at, over_at
from bbs.ids import ApplicationId, BoardId, MemberId
from bbs_server.features.boards import records
from bbs_server.handler_api import Context
from bbs_server.store import texts
from bbs_server.store.api import Tx


class ApplicationRow(NamedTuple):
    """An application as it is stored."""

    id: ApplicationId
    board: BoardId
    member: MemberId
    number: int
    state: str
    asked_at: Ms
    decided_at: Ms | None
    decided_by: MemberId | None
    norm: int | None
    norms_version: int | None
    word_text: str | None
    revision: int


class AnswerRow(NamedTuple):
    """An answer as it is stored, with the question as it was asked."""

    application: ApplicationId
    place: int
    question_text: str
    answer_text: str


class _Due(NamedTuple):
    board: BoardId
    id: ApplicationId


def find(tx: Tx, application: ApplicationId) -> ApplicationRow | None:
    """Return an application; None if there is none."""
    return tx.select_one(ApplicationRow, "FROM applications WHERE id = ?", application)


def find_of(tx: Tx, board: BoardId, member: MemberId) -> ApplicationRow | None:
    """Return a member's application on a board, decided or not; None if there is none."""
    sql = "FROM applications WHERE member = ? AND board = ?"
    return tx.select_one(ApplicationRow, sql, member, board)


def list_open(tx: Tx, board: BoardId, after: int, limit: int) -> list[ApplicationRow]:
    """Return the applications numbered above `after` that wait for a board's desk, the oldest first."""
    sql = (
        "FROM applications WHERE board = ? AND state = 'open' AND number > ?"
        " ORDER BY number LIMIT ?"
    )
    return tx.select(ApplicationRow, sql, board, after, limit)


def list_of_member(tx: Tx, member: MemberId, now: Ms) -> list[ApplicationRow]:
    """Return a member's applications that are not over at `now`, in ms, the oldest first."""
    sql = (
        "FROM applications WHERE member = ? AND coalesce(decided_at, ?) > ?"
        ' ORDER BY asked_at, id COLLATE "binary"'
    )
    return tx.select(ApplicationRow, sql, member, now, now - KEPT_MS)


def list_all_of(tx: Tx, member: MemberId) -> list[ApplicationRow]:
    """Return all applications of a member, also those that are over."""
    return tx.select(ApplicationRow, "FROM applications WHERE member = ?", member)


def list_due(tx: Tx, upto: Ms, limit: int) -> list[_Due]:
    """Return applications that were made at `upto`, in ms, or earlier and wait, the oldest first."""
    sql = "FROM applications WHERE state = 'open' AND asked_at <= ? ORDER BY asked_at LIMIT ?"
    return tx.select(_Due, sql, upto, limit)


def find_awaited(tx: Tx, upto: Ms) -> list[BoardId]:
    """Return the boards where an application has waited since `upto`, in ms, or longer."""
    rows = tx.fetch_all(
        "SELECT DISTINCT board FROM applications WHERE state = 'open' AND asked_at <= ?", upto
    )
    return [board for (board,) in rows]


def list_over(tx: Tx, upto: Ms, limit: int) -> list[ApplicationRow]:
    """Return applications that were decided at `upto`, in ms, or earlier."""
    sql = "FROM applications WHERE decided_at <= ? ORDER BY decided_at LIMIT ?"
    return tx.select(ApplicationRow, sql, upto, limit)


def load_answers(
    tx: Tx, rows: Sequence[ApplicationRow]
) -> dict[ApplicationId, tuple[Answered, ...]]:
    """Return the questions and answers of applications; erased ones are None."""
    if not rows:
        return {}
    marks = ",".join("?" * len(rows))
    sql = f"FROM application_answers WHERE application IN ({marks}) ORDER BY place"
    stored = tx.select(AnswerRow, sql, *(row.id for row in rows))
    words = texts.load_bodies(
        tx, [key for row in stored for key in (row.question_text, row.answer_text)]
    )
    found: dict[ApplicationId, list[Answered]] = {}
    for row in stored:
        said = Answered(question=words.get(row.question_text), answer=words.get(row.answer_text))
        found.setdefault(row.application, []).append(said)
    return {application: tuple(answers) for application, answers in found.items()}


def insert(
    tx: Tx,
    ctx: Context,
    board: BoardId,
    questions: Sequence[str],
    answers: Sequence[str],
) -> ApplicationRow:
    """Insert an application of the actor with its answers, and return it."""
    check_move(None, ApplicationState.OPEN)
    tx.execute("UPDATE boards SET applications = applications + 1 WHERE id = ?", board)
    key = ctx.new_id()
    tx.execute(
        "INSERT INTO applications (id, board, member, number, state, asked_at)"
        " SELECT ?, id, ?, applications, 'open', ? FROM boards WHERE id = ?",
        *(key, ctx.member, ctx.now, board),
    )
    for place, said in enumerate(zip(questions, answers, strict=True)):
        keys = (texts.insert_text(tx, ctx, each) for each in said)
        tx.execute(
            "INSERT INTO application_answers (application, place, question_text, answer_text)"
            " VALUES (?, ?, ?, ?)",
            *(key, place, *keys),
        )
    found = find(tx, key)
    assert found is not None
    return found


class Verdict(NamedTuple):
    """What a desk says to an application: who decided, and perhaps a clause and a word."""

    by: MemberId | None = None
    norm: int | None = None
    norms_version: int | None = None
    word_text: str | None = None


def decide(
    tx: Tx, row: ApplicationRow, state: ApplicationState, at: Ms, verdict: Verdict
) -> ApplicationRow:
    """Write what became of an application at a moment, in ms, and return it."""
    check_move(ApplicationState(row.state), state)
    row = row._replace(
        state=state.value,
        decided_at=at,
        decided_by=verdict.by,
        norm=verdict.norm,
        norms_version=verdict.norms_version,
        word_text=verdict.word_text,
        revision=row.revision + 1,
    )
    tx.execute(
        "UPDATE applications SET state = ?, decided_at = ?, decided_by = ?, norm = ?,"
        " norms_version = ?, word_text = ?, revision = ? WHERE id = ?",
        *(row.state, row.decided_at, row.decided_by, row.norm, row.norms_version),
        *(row.word_text, row.revision, row.id),
    )
    return row


def erase(tx: Tx, row: ApplicationRow) -> None:
    """Delete an application with its answers and the word of the desk (P10)."""
    answers = tx.select(AnswerRow, "FROM application_answers WHERE application = ?", row.id)
    keys = (key for each in answers for key in (each.question_text, each.answer_text))
    texts.delete_texts(tx, [row.word_text, *keys])
    tx.execute("DELETE FROM application_answers WHERE application = ?", row.id)
    tx.execute("DELETE FROM applications WHERE id = ?", row.id)


def own_view(tx: Tx, row: ApplicationRow, answers: tuple[Answered, ...] = ()) -> OwnApplication:
    """Return an application as its member sees it."""
    decision = None
    if row.decided_at is not None:
        declined = row.state == ApplicationState.DECLINED
        facts = records.find_board_facts(tx, row.board)
        by_office = facts is not None and facts.log_by_office
        decision = Decision(
            at=instant(row.decided_at),
            by=None if by_office else row.decided_by,
            norm=row.norm,
            norms_version=row.norms_version,
            word=texts.load_bodies(tx, [row.word_text]).get(row.word_text or ""),
            again_from=instant(over_at(row.decided_at)) if declined else None,
        )
    return OwnApplication(
        id=row.id,
        board=row.board,
        state=ApplicationState(row.state),
        asked_at=instant(row.asked_at),
        due_at=instant(due_at(row.asked_at)),
        answers=answers,
        decision=decision,
        revision=row.revision,
    )


def desk_view(row: ApplicationRow, answers: tuple[Answered, ...] = ()) -> Application:
    """Return an application as the desk sees it."""
    return Application(
        id=row.id,
        board=row.board,
        number=row.number,
        member=row.member,
        state=ApplicationState(row.state),
        asked_at=instant(row.asked_at),
        due_at=instant(due_at(row.asked_at)),
        answers=answers,
    )
