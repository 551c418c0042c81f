"""The SQL of credentials: sessions of devices, tokens of scripts, keys, recovery codes.

The server stores no secret, only its SHA-256. Each secret has at least 128 random bits, so a stolen
database does not help to guess it.
"""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant
from bbs.features.members import views
from bbs.features.members.messages import IssueToken, Recover, SignInKey, SignInPassword, SignUp
from bbs.features.members.views import Session
from bbs.ids import MemberId, SessionId
from bbs.refusals import Conflict
from bbs.rows import columns, marks
from bbs_server.features.members.records import boards_of, idle_until, lasts, scope_of, week_after
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time
from bbs_server.store.proven_time import Moment

_LIVE = "idle_until > ? AND ends_at > ?"


class SessionRow(NamedTuple):
    """A session as it is stored."""

    id: SessionId
    member: MemberId
    token_hash: bytes
    label: str
    idle_until: Ms
    ends_at: Ms
    token: int = 0
    powers: str | None = None
    boards: str | None = None
    items_per_hour: int | None = None


_INSERT = f"INSERT INTO sessions ({columns(SessionRow)}) VALUES ({marks(SessionRow)})"  # noqa: S608 - our own column names


def secret_hash(secret: str) -> bytes:
    """Return the stored form of a token or code: its SHA-256, 32 bytes. Pure."""
    return hashlib.sha256(secret.encode()).digest()


def is_resend(
    tx: Tx,
    now: Ms,
    member: MemberId,
    command: SignUp | SignInPassword | SignInKey | Recover | IssueToken,
) -> bool:
    """Return whether this request opened its session before; its answer may have been lost (P12).

    Args:
        member: The session's member.
        command: The request, which names the session and its token.

    Raises:
        Conflict: If the id or the token belongs to another session.
    """
    session, token_hash = command.session, secret_hash(command.token)
    rows = tx.fetch_all(
        f"SELECT member, id, token_hash, CASE WHEN {_LIVE} THEN 1 ELSE 0 END FROM sessions"  # noqa: S608 - constant
        " WHERE id = ? OR token_hash = ?",
        *(now, now, session, token_hash),
    )
    if not rows:
        return False
    if rows != [(member, session, token_hash, 1)]:
        raise Conflict("this id or token is another session's")
    return True


def insert_device_session(
    tx: Tx, now: Ms, member: MemberId, session: SessionId, token: str, label: str
) -> list[SessionId]:
    """Insert a device's session; beyond `limits.DEVICES_MAX` delete those that would end first.

    Returns:
        The sessions that were deleted.
    """
    rows = tx.fetch_all(
        "SELECT id FROM sessions WHERE member = ? AND token = 0"
        " ORDER BY CASE WHEN idle_until < ends_at THEN idle_until ELSE ends_at END DESC, n DESC",
        member,
    )
    gone = [session_id for (session_id,) in rows[limits.DEVICES_MAX - 1 :]]
    _delete(tx, gone)
    ends_at = week_after(now + limits.SESSION_DAYS_MAX * DAY_MS)
    row = SessionRow(session, member, secret_hash(token), label, idle_until(now), ends_at)
    tx.execute(_INSERT, *row)
    return gone


def insert_token(tx: Tx, now: Ms, member: MemberId, command: IssueToken) -> None:
    """Insert a script's token; it ends after the requested days, used or not."""
    ends_at = now + command.days * DAY_MS
    boards = command.boards
    row = SessionRow(
        *(command.session, member, secret_hash(command.token), command.label, ends_at, ends_at),
        token=1,
        powers=" ".join(sorted(set(command.powers))),
        boards=None if boards is None else " ".join(sorted(set(boards))),
        items_per_hour=command.items_per_hour,
    )
    tx.execute(_INSERT, *row)


def find_session(tx: Tx, moment: Moment, token: str) -> tuple[MemberId, Session] | None:
    """Return the member and the session whose token this is; None if it is unknown or over.

    Raises:
        ClockInDoubt: If it is over only by a clock that is not proven.
    """
    row = tx.select_one(SessionRow, "FROM sessions WHERE token_hash = ?", secret_hash(token))
    if row is None or not lasts(moment, min(row.idle_until, row.ends_at)):
        return None
    return row.member, _session_view(row, row.id)


def get_session(tx: Tx, session_id: SessionId, *, current: SessionId | None) -> Session:
    """Return an existing session as its owner sees it."""
    row = tx.select_one(SessionRow, "FROM sessions WHERE id = ?", session_id)
    assert row is not None
    return _session_view(row, current)


def list_sessions(
    tx: Tx, now: Ms, member: MemberId, current: SessionId | None = None
) -> tuple[Session, ...]:
    """Return the live sessions and tokens of a member, in the order they were made."""
    sql = f"FROM sessions WHERE member = ? AND {_LIVE} ORDER BY n"
    return tuple(
        _session_view(row, current) for row in tx.select(SessionRow, sql, member, now, now)
    )


def _session_view(row: SessionRow, current: SessionId | None) -> Session:
    scope, boards = scope_of(row.powers), boards_of(row.boards)
    items = row.items_per_hour or limits.TOKEN_ITEMS_PER_HOUR_DEFAULT
    return Session(
        id=row.id,
        label=row.label,
        token=bool(row.token),
        expires_at=instant(min(row.idle_until, row.ends_at)),
        powers=None if scope is None else tuple(sorted(scope)),
        boards=None if boards is None else tuple(sorted(boards)),
        items_per_hour=items if row.token else None,
        current=row.id == current,
    )


def end_session(tx: Tx, now: Ms, member: MemberId, session_id: SessionId) -> bool:
    """End a member's session and revoke its device's key; False if there is no such session."""
    sql = "DELETE FROM sessions WHERE id = ? AND member = ?"
    if tx.execute(sql, session_id, member) == 0:
        return False
    tx.execute(
        "UPDATE keys SET revoked = ? WHERE member = ? AND session = ? AND revoked IS NULL",
        *(now, member, session_id),
    )
    return True


def end_other_sessions(
    tx: Tx, now: Ms, member: MemberId, kept: SessionId | None
) -> list[SessionId]:
    """End all sessions and tokens of a member but `kept`, and revoke all keys but that device's.

    Args:
        kept: The session that stays open; None to end all.

    Returns:
        The sessions that ended, in the order they were made.
    """
    rows = tx.fetch_all("SELECT id FROM sessions WHERE member = ? ORDER BY n", member)
    gone = [session_id for (session_id,) in rows if session_id != kept]
    _delete(tx, gone)
    tx.execute(
        "UPDATE keys SET revoked = ? WHERE member = ? AND revoked IS NULL"
        " AND (session IS NULL OR session <> ?)",
        *(now, member, kept or ""),
    )
    return gone


def end_all_sessions(tx: Tx, member: MemberId) -> tuple[SessionId, ...]:
    """End all sessions and tokens of a member, and return them; keys stay, to sign in again."""
    found = tx.fetch_all("SELECT id FROM sessions WHERE member = ? ORDER BY n", member)
    ended = tuple(session for (session,) in found)
    _delete(tx, ended)
    return ended


def end_tokens(tx: Tx, member: MemberId) -> tuple[SessionId, ...]:
    """End all tokens of a member, and return them; their devices stay signed in."""
    sql = "SELECT id FROM sessions WHERE member = ? AND token = 1 ORDER BY n"
    ended = tuple(session for (session,) in tx.fetch_all(sql, member))
    _delete(tx, ended)
    return ended


def delete_expired_sessions(tx: Tx, now: Ms) -> dict[MemberId, list[SessionId]]:
    """Delete a slice of the sessions that are over by `now`; return their ids by member."""
    rows = tx.fetch_all(
        f"SELECT member, id FROM sessions WHERE NOT ({_LIVE}) ORDER BY n LIMIT ?",  # noqa: S608 - our own column names
        *(now, now, limits.SLICE_ROWS),
    )
    found: dict[MemberId, list[SessionId]] = {}
    for member, session_id in in_time(tx, rows):
        _delete(tx, [session_id])
        found.setdefault(member, []).append(session_id)
    return found


def _delete(tx: Tx, ended: Iterable[SessionId]) -> None:
    tx.execute_many("DELETE FROM sessions WHERE id = ?", [(session_id,) for session_id in ended])


def count_tokens(tx: Tx, member: MemberId) -> int:
    """Return how many tokens a member has, expired tokens that are not deleted yet included."""
    sql = "SELECT count(*) FROM sessions WHERE member = ? AND token = 1"
    return int(tx.fetch_value(sql, member))


def insert_key(
    tx: Tx, now: Ms, member: MemberId, session_id: SessionId, key: str, label: str
) -> None:
    """Let a device's key sign in from now on.

    Beyond `limits.KEYS_MAX`, revoke first the keys whose device has no session, then the oldest.
    """
    rows = tx.fetch_all(
        "SELECT k.key FROM keys k LEFT JOIN sessions s ON s.id = k.session"
        " WHERE k.member = ? AND k.revoked IS NULL AND k.key <> ?"
        ' ORDER BY CASE WHEN s.id IS NULL THEN 1 ELSE 0 END, k.added DESC, k.key COLLATE "binary"',
        *(member, key),
    )
    sql = "UPDATE keys SET revoked = ? WHERE member = ? AND key = ?"
    tx.execute_many(sql, [(now, member, old) for (old,) in rows[limits.KEYS_MAX - 1 :]])
    tx.execute("DELETE FROM keys WHERE member = ? AND key = ?", member, key)
    tx.execute(
        "INSERT INTO keys (member, key, device, session, added) VALUES (?, ?, ?, ?, ?)",
        *(member, key, label, session_id, now),
    )


def bind_key(tx: Tx, member: MemberId, key: str, session_id: SessionId) -> None:
    """Tie a key to the session its device has now, so that both end together."""
    tx.execute("UPDATE keys SET session = ? WHERE member = ? AND key = ?", session_id, member, key)


def session_of_key(tx: Tx, member: MemberId, key: str) -> SessionId | None:
    """Return the session of a member's key, which may have ended; None if it has none."""
    sql = "SELECT session FROM keys WHERE member = ? AND key = ?"
    found: SessionId | None = tx.fetch_value(sql, member, key)
    return found


def has_key(tx: Tx, member: MemberId, key: str) -> bool:
    """Return whether `key` may sign in as `member`."""
    sql = "SELECT 1 FROM keys WHERE member = ? AND key = ? AND revoked IS NULL"
    return tx.fetch_one(sql, member, key) is not None


def list_keys(tx: Tx, member: MemberId) -> tuple[views.SignInKey, ...]:
    """Return the keys of a member that can sign in, oldest first."""
    rows = tx.fetch_all(
        "SELECT key, device, added FROM keys WHERE member = ? AND revoked IS NULL"
        ' ORDER BY added, key COLLATE "binary"',
        member,
    )
    return tuple(
        views.SignInKey(key=key, label=label, added_at=instant(added)) for key, label, added in rows
    )


def forget_revoked(tx: Tx, before: Ms) -> bool:
    """Delete a slice of the keys revoked before `before`.

    Returns:
        Whether there may be more.
    """
    old = tx.fetch_all(
        "SELECT member, key FROM keys WHERE revoked < ? LIMIT ?", before, limits.SLICE_ROWS
    )
    for row in in_time(tx, old):
        tx.execute("DELETE FROM keys WHERE member = ? AND key = ?", *row)
    return bool(old)


def replace_codes(tx: Tx, member: MemberId, codes: Iterable[str]) -> None:
    """Store the hashes of a member's recovery codes; they replace all earlier codes."""
    tx.execute("DELETE FROM recovery_codes WHERE member = ?", member)
    _add_codes(tx, member, codes, by_sysop=False)


def insert_sysop_code(tx: Tx, member: MemberId, code: str) -> None:
    """Store the hash of a recovery code from the sysop; it replaces the sysop's earlier code."""
    sql = "DELETE FROM recovery_codes WHERE member = ? AND (by_sysop = 1 OR code_hash = ?)"
    tx.execute(sql, member, secret_hash(code))
    _add_codes(tx, member, [code], by_sysop=True)


def delete_sysop_codes(tx: Tx) -> int:
    """Delete the unused recovery codes that a sysop gave, of all members; return how many."""
    gone = int(tx.fetch_value("SELECT count(*) FROM recovery_codes WHERE by_sysop = 1"))
    tx.execute("DELETE FROM recovery_codes WHERE by_sysop = 1")
    return gone


def _add_codes(tx: Tx, member: MemberId, codes: Iterable[str], *, by_sysop: bool) -> None:
    tx.execute_many(
        "INSERT INTO recovery_codes (member, code_hash, by_sysop) VALUES (?, ?, ?)",
        [(member, code_hash, int(by_sysop)) for code_hash in sorted({*map(secret_hash, codes)})],
    )


def has_code(tx: Tx, member: MemberId, code: str) -> bool:
    """Return whether `code` is an unused recovery code of `member`."""
    sql = "SELECT 1 FROM recovery_codes WHERE member = ? AND code_hash = ?"
    return tx.fetch_one(sql, member, secret_hash(code)) is not None


def delete_code(tx: Tx, member: MemberId, code: str) -> None:
    """Delete a recovery code, which is valid once."""
    sql = "DELETE FROM recovery_codes WHERE member = ? AND code_hash = ?"
    tx.execute(sql, member, secret_hash(code))


def count_codes(tx: Tx, member: MemberId) -> int:
    """Return how many recovery codes a member has."""
    return int(tx.fetch_value("SELECT count(*) FROM recovery_codes WHERE member = ?", member))
