"""Accounts of members who left: closed for good, with or without the handle, which rests (P9, P13).

A handle without words rests as a digest of what it reads like. Under one that stays on words nobody else
answers as long as any stand there.
"""

from collections.abc import Iterable

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.members.rules import name_keys
from bbs.features.members.views import MemberState
from bbs.ids import MemberId
from bbs.leave_words import LeaveWords
from bbs.messages import Done
from bbs_server.features.members import events, records, resting, shutting_out
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect, Outcome
from bbs_server.personal import Leaver
from bbs_server.slices import DONE, Slice
from bbs_server.store import texts
from bbs_server.store.api import RemovalReason, Tx

_REST_MS = limits.HANDLE_RESTS_DAYS * DAY_MS
_NAMELESS = "~"
"""Begins what stands in place of a handle; no handle begins so."""


def bar(tx: Tx, ctx: Context, member: MemberId) -> tuple[Effect, ...]:
    """End all sessions of a member for good: nobody signs in to the account any more."""
    records.set_password(tx, member, "")
    tx.execute("DELETE FROM keys WHERE member = ?", member)
    tx.execute("DELETE FROM recovery_codes WHERE member = ?", member)
    return shutting_out.shut_out(tx, ctx, member)


def set_seated(tx: Tx, member: MemberId, *, is_seated: bool) -> None:
    """Write whether a member has a seat in the community, or waits for one."""
    state = MemberState.SEATED if is_seated else MemberState.WAITING
    tx.execute("UPDATE members SET state = ? WHERE id = ?", state.value, member)


def choose_account(tx: Tx, ctx: Context, leaver: Leaver, place: str) -> Slice:
    """Erase an account; handle and name stay if words stay under them."""
    member, board, words = leaver
    if board is not None:
        return DONE
    going = tx.fetch_all("SELECT away_text, profile_text FROM members WHERE id = ?", member)
    _erase(tx, (key for row in going for key in row))
    tx.execute(
        "UPDATE members SET password = '', invited_by = NULL, away_text = NULL, away_until = NULL,"
        " profile_text = NULL, revision = revision + 1 WHERE id = ?",
        member,
    )
    if words is LeaveWords.LEFT:
        until = ctx.proven_now + _REST_MS
        sql = "INSERT INTO resting_members (member, until, upto) VALUES (?, ?, 0) ON CONFLICT DO NOTHING"
        tx.execute(sql, member, until)
    else:
        _rest(tx, ctx, member)
    return Slice(None, (events.changed(tx, ctx, member),))


def _erase(tx: Tx, keys: Iterable[str | None]) -> None:
    texts.delete_texts(tx, list(keys), RemovalReason.WITHDRAWN)


def _rest(tx: Tx, ctx: Context, member: MemberId) -> None:
    """Take handle and name out of an account; the handle rests."""
    handle: str = tx.fetch_value("SELECT handle FROM members WHERE id = ?", member)
    if handle.startswith(_NAMELESS):
        return
    until = ctx.proven_now + _REST_MS
    tx.execute_many(
        "INSERT INTO resting_handles (digest, until) VALUES (?, ?)"
        " ON CONFLICT (digest) DO UPDATE SET until = excluded.until",
        [(resting.digest_of(key), until) for key in sorted(name_keys(handle))],
    )
    free(tx, member)


def free(tx: Tx, member: MemberId) -> None:
    """Take handle and name out of an account; others may take them."""
    named = tx.fetch_one("SELECT handle_text, name_text FROM members WHERE id = ?", member)
    _erase(tx, named or ())
    tx.execute("DELETE FROM names WHERE member = ?", member)
    sql = "UPDATE members SET handle = ?, handle_text = '', name_text = '' WHERE id = ?"
    tx.execute(sql, f"{_NAMELESS}{member}", member)


def free_handles(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Let handles be taken again that have rested, and under which no words stand."""
    tx.execute("DELETE FROM resting_handles WHERE until <= ?", ctx.proven_now)
    due = tx.fetch_one(
        "SELECT member, upto FROM resting_members WHERE until <= ?"
        ' ORDER BY until, member COLLATE "binary" LIMIT 1',
        ctx.proven_now,
    )
    if due is None:
        return Outcome(Done())
    member, upto = due
    looked = ctx.readers.look_for_words(tx, member, upto)
    if looked.found:
        later = ctx.proven_now + limits.HANDLE_LOOKED_AT_DAYS * DAY_MS
        sql = "UPDATE resting_members SET until = ?, upto = 0 WHERE member = ?"
        tx.execute(sql, later, member)
    elif looked.upto is not None:
        tx.execute("UPDATE resting_members SET upto = ? WHERE member = ?", looked.upto, member)
    else:
        tx.execute("DELETE FROM resting_members WHERE member = ?", member)
        free(tx, member)
    return Outcome(Done(), more=True)
