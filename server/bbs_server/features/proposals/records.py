"""The SQL of commands that wait, and of what is said to them."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from bbs.clock import Ms, instant
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Thing
from bbs.features.proposals.messages import Proposal, ProposalState, Vote, VoteKind, WaitsFor
from bbs.features.proposals.rules import Seated, is_to_few, objections_to_end, takes_commons_key
from bbs.ids import COMMONS, BoardId, MemberId, ProposalId
from bbs.powers import Office
from bbs.rows import columns, marks
from bbs_server.features.proposals.rows import ProposalRow, VoteRow
from bbs_server.features.proposals.stored_commands import (
    changes_of,
    content_of,
    marks_of,
)
from bbs_server.store import texts
from bbs_server.store.api import Tx


def insert_proposal(tx: Tx, row: ProposalRow) -> None:
    """Insert a command that waits."""
    sql = f"INSERT INTO proposals ({columns(ProposalRow)}) VALUES ({marks(ProposalRow)})"  # noqa: S608 - our own names
    tx.execute(sql, *row)


def next_number(tx: Tx, board: BoardId) -> int:
    """Return the number of the next command that waits on a board."""
    sql = "SELECT coalesce(max(number), 0) + 1 FROM proposals WHERE board = ?"
    return int(tx.fetch_value(sql, board))


def find_proposal(tx: Tx, proposal: ProposalId) -> ProposalRow | None:
    """Return a command that waits, or waited."""
    return tx.select_one(ProposalRow, "FROM proposals WHERE id = ?", proposal)


def list_same(tx: Tx, same: str, ended_after: Ms) -> list[ProposalRow]:
    """Return the commands under the same key that wait, or were objected to, the latest first.

    Args:
        ended_after: Since when they have ended, in ms. One that was not carried out counts if
            anybody objected to it: nobody gets rid of objections by taking it back.
    """
    sql = (
        "FROM proposals WHERE same = ? AND (ended_at IS NULL OR ended_at > ?"
        " AND (state = ? OR state <> ? AND EXISTS"
        " (SELECT 1 FROM votes v WHERE v.proposal = proposals.id AND v.kind = ?)))"
        " ORDER BY moved_at DESC"
    )
    states = (ProposalState.OBJECTED.value, ProposalState.CARRIED_OUT.value)
    return tx.select(ProposalRow, sql, same, ended_after, *states, VoteKind.OBJECT.value)


def list_waiting(tx: Tx, limit: int) -> list[ProposalRow]:
    """Return commands that wait on all boards, those that end first before the others."""
    sql = "FROM proposals WHERE ended_at IS NULL ORDER BY until, number LIMIT ?"
    return tx.select(ProposalRow, sql, limit)


def list_waiting_on(tx: Tx, board: BoardId) -> list[ProposalRow]:
    """Return a board's commands that wait, by their end."""
    sql = "FROM proposals WHERE board = ? AND ended_at IS NULL ORDER BY until, number"
    return tx.select(ProposalRow, sql, board)


def list_ended(
    tx: Tx, board: BoardId, before: tuple[Ms, ProposalId], limit: int
) -> list[ProposalRow]:
    """Return up to `limit` of a board's commands that wait no more, the latest end first.

    Args:
        before: Only those before this end, in ms, and id.
    """
    at, key = before
    sql = (
        "FROM proposals WHERE board = ? AND (ended_at < ? OR (ended_at = ? AND"
        ' id COLLATE "binary" < ?)) ORDER BY ended_at DESC, id COLLATE "binary" DESC LIMIT ?'
    )
    return tx.select(ProposalRow, sql, board, at, at, key, limit)


def find_by_number(tx: Tx, board: BoardId, number: int) -> ProposalRow | None:
    """Return a board's command with a number that waits, or waited."""
    sql = "FROM proposals WHERE board = ? AND number = ?"
    return tx.select_one(ProposalRow, sql, board, number)


def list_of_mover(tx: Tx, mover: MemberId, after: str, limit: int) -> list[ProposalRow]:
    """Return up to `limit` commands that a member moved, by id, those after an id."""
    sql = (
        'FROM proposals WHERE mover = ? AND id COLLATE "binary" > ?'
        ' ORDER BY id COLLATE "binary" LIMIT ?'
    )
    return tx.select(ProposalRow, sql, mover, after, limit)


def list_waiting_of_mover(tx: Tx, mover: MemberId) -> list[ProposalRow]:
    """Return the commands of a member that wait, on all boards."""
    sql = "FROM proposals WHERE mover = ? AND ended_at IS NULL"
    return tx.select(ProposalRow, sql, mover)


def update_state(
    tx: Tx, row: ProposalRow, state: ProposalState, ended_at: Ms | None, why_not: str | None
) -> ProposalRow:
    """Write what became of a command that waited, and return it."""
    tx.execute(
        "UPDATE proposals SET state = ?, ended_at = ?, why_not = ?, revision = revision + 1"
        " WHERE id = ?",
        *(state.value, ended_at, why_not, row.id),
    )
    return row._replace(
        state=state.value, ended_at=ended_at, why_not=why_not, revision=row.revision + 1
    )


def waits_until(tx: Tx, proposal: ProposalId) -> Ms | None:
    """Return until when a command waits, in ms; None if it does not wait."""
    sql = "SELECT until FROM proposals WHERE id = ? AND ended_at IS NULL"
    until: Ms | None = tx.fetch_value(sql, proposal)
    return until


def follow_epoch(tx: Tx, before: str, after: str) -> None:
    """Take what waits along into a new epoch that lost nothing."""
    sql = "UPDATE proposals SET epoch = ? WHERE epoch = ? AND ended_at IS NULL"
    tx.execute(sql, after, before)


def begin_again(tx: Tx, row: ProposalRow, now: Ms, until: Ms, epoch: str) -> ProposalRow:
    """Let a wait begin anew, without the votes from before, and return it."""
    keys = tx.fetch_all("SELECT reason_text FROM votes WHERE proposal = ?", row.id)
    tx.execute("DELETE FROM votes WHERE proposal = ?", row.id)
    texts.delete_texts(tx, [key for (key,) in keys])
    state = ProposalState.OPEN.value
    tx.execute(
        "UPDATE proposals SET state = ?, moved_at = ?, until = ?, epoch = ?,"
        " revision = revision + 1 WHERE id = ?",
        *(state, now, until, epoch, row.id),
    )
    revision = row.revision + 1
    return row._replace(state=state, moved_at=now, until=until, epoch=epoch, revision=revision)


def date_anew(tx: Tx, row: ProposalRow, now: Ms) -> ProposalRow:
    """Let a command wait from `now` for as long as it was to wait, votes and all, and return it."""
    until = now + row.until - row.moved_at
    sql = "UPDATE proposals SET moved_at = ?, until = ?, revision = revision + 1 WHERE id = ?"
    tx.execute(sql, now, until, row.id)
    return row._replace(moved_at=now, until=until, revision=row.revision + 1)


def insert_vote(tx: Tx, vote: VoteRow, row: ProposalRow) -> ProposalRow:
    """Insert what a member said, in the place of anything before; return the proposal as it is then."""
    before = "SELECT reason_text FROM votes WHERE proposal = ? AND member = ?"
    texts.delete_texts(tx, [tx.fetch_value(before, vote.proposal, vote.member)])
    tx.execute(
        "INSERT INTO votes (proposal, member, kind, reason_text, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (proposal, member) DO UPDATE SET kind = excluded.kind,"
        " reason_text = excluded.reason_text, at = excluded.at",
        *vote,
    )
    tx.execute("UPDATE proposals SET revision = revision + 1 WHERE id = ?", row.id)
    return row._replace(revision=row.revision + 1)


def list_votes(tx: Tx, proposal: ProposalId) -> list[VoteRow]:
    """Return what was said to a command that waits, in that order."""
    sql = 'FROM votes WHERE proposal = ? ORDER BY at, member COLLATE "binary"'
    return tx.select(VoteRow, sql, proposal)


def count_objections(tx: Tx, row: ProposalRow, now: Ms) -> int:
    """Return how many objections count: while it waits, only those of members seated there now.

    That of somebody suspended rests.

    Args:
        now: The moment, in ms.
    """
    sql = "SELECT count(*) FROM votes v WHERE v.proposal = ? AND v.kind = ?"
    if row.ended_at is not None:
        return int(tx.fetch_value(sql, row.id, VoteKind.OBJECT.value))
    seated = (
        " AND EXISTS (SELECT 1 FROM seats s WHERE s.board = ? AND s.member = v.member"
        " AND s.state = 'seated') AND NOT EXISTS (SELECT 1 FROM restrictions r"
        " WHERE r.member = v.member AND r.kind = 'suspended' AND r.board IN (?, ?)"
        " AND r.since <= ? AND r.until > ?)"
    )
    where = (row.board, row.board, COMMONS, now, now)
    return int(tx.fetch_value(sql + seated, row.id, VoteKind.OBJECT.value, *where))


def list_over(tx: Tx, before: Ms, limit: int) -> list[ProposalRow]:
    """Return up to `limit` that ended before a moment."""
    return tx.select(ProposalRow, "FROM proposals WHERE ended_at < ? LIMIT ?", before, limit)


def delete_proposal(tx: Tx, row: ProposalRow) -> None:
    """Delete a command that waited, with its words and votes (P10)."""
    keys = [vote.reason_text for vote in list_votes(tx, row.id)]
    texts.delete_texts(tx, [*msgspec.json.decode(row.texts, type=dict[str, str]).values(), *keys])
    tx.execute("DELETE FROM votes WHERE proposal = ?", row.id)
    tx.execute("DELETE FROM proposals WHERE id = ?", row.id)


def view(tx: Tx, row: ProposalRow, seated: Seated) -> Proposal:
    """Return a command that waits as events show it, without a word.

    Args:
        seated: Who sits on its board.
    """
    return _view(tx, row, seated, list_votes(tx, row.id))


def _view(tx: Tx, row: ProposalRow, seated: Seated, votes: Sequence[VoteRow]) -> Proposal:
    content, way, grave = content_of(row), WaitsFor(row.way), marks_of(row)
    if any(mark.conceals for mark in grave):
        content = replace(content, thing=Thing(kind=content.thing.kind))
    agreed = [vote for vote in votes if vote.kind == VoteKind.SECOND]
    return Proposal(
        id=row.id,
        board=row.board,
        number=row.number,
        method=row.method,
        thing=content.thing,
        about=content.about,
        changes=content.changes,
        norm=content.norm,
        norms_version=content.norms_version,
        norms_board=content.norms_board,
        grave=tuple(row.grave.split()),
        mover=MemberAuthor(id=row.mover),
        office=Office(row.office),
        moved_at=instant(row.moved_at),
        until=instant(row.until),
        way=way,
        state=ProposalState(row.state),
        seconds=len(agreed),
        objections=count_objections(tx, row, seated.at),
        objections_max=objections_to_end(way, grave, seated),
        to_few=is_to_few(grave),
        key_of_commons=takes_commons_key(grave),
        why_not=row.why_not,
        revision=row.revision,
    )


def view_with_words(tx: Tx, row: ProposalRow, seated: Seated) -> Proposal:
    """Return a command that waits with its words of office, and who said what to it."""
    ids = msgspec.json.decode(row.texts, type=dict[str, str])
    votes = list_votes(tx, row.id)
    words = texts.load_bodies(tx, [*ids.values(), *(vote.reason_text for vote in votes)])
    said = {path: words[key] for path, key in ids.items() if key in words}
    return replace(
        _view(tx, row, seated, votes),
        changes=changes_of(content_of(row), said),
        law=said.get("command.law"),
        # An urgent notice is the reason of its own act: who may object reads it before.
        reason=said.get("command.reason", said.get("command.text")),
        votes=tuple(
            Vote(
                member=vote.member,
                kind=VoteKind(vote.kind),
                reason=words.get(vote.reason_text or ""),
            )
            for vote in votes
        ),
    )


def view_with_own_words(tx: Tx, row: ProposalRow, seated: Seated) -> Proposal:
    """Return a command that waits, or waited, with its mover's words alone."""
    view = view_with_words(tx, row, seated)
    changes = tuple(replace(change, said_before=None) for change in view.changes)
    return replace(view, changes=changes, votes=())
