"""The SQL of members: accounts, names, and the actor of a session."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bbs import limits
from bbs.clock import DAY_MS, WEEK_MS, Ms, instant
from bbs.errors import ClockInDoubt
from bbs.features.members.rules import name_keys
from bbs.features.members.views import MEMBER_TEXTS, Member, MemberState
from bbs.ids import COMMONS, BoardId, InvitationId, MemberId, SessionId
from bbs.powers import Power
from bbs.refusals import Conflict, NameTaken
from bbs.rows import view_of
from bbs_server.features.members import leavers, resting
from bbs_server.features.members.rows import MemberRow
from bbs_server.handler_api import Context, FeatureLookups
from bbs_server.standing import Actor
from bbs_server.store import texts
from bbs_server.store.api import RemovalReason, Tx
from bbs_server.store.hidden_now import REMOVED_NOW
from bbs_server.store.proven_time import Moment

NOBODY: MemberId = ""
"""An id no member has, to look up for an unknown handle, so that this costs the same (P11)."""


class _ActorRow(NamedTuple):
    """The member of a session, and what a token may do."""

    member: MemberId
    state: str
    powers: str | None
    boards: str | None
    idle_until: Ms
    ends_at: Ms
    leaves_at: Ms | None


class AccountRow(NamedTuple):
    """A member's account, for signing in; no answer contains it.

    Attributes:
        password: The argon2 hash.
    """

    member: MemberId
    handle: str
    password: str


_ACCOUNT = "SELECT id, handle, password FROM members"


def week_after(moment: Ms) -> Ms:
    """Return the first full week at or after `moment`, in ms: sessions end only then (P11)."""
    return -(-moment // WEEK_MS) * WEEK_MS


def load_actor(tx: Tx, session: SessionId, moment: Moment) -> Actor | None:
    """Return the actor of a session.

    Args:
        session: The session the connection was opened with.
        moment: The time; a session is over from the moment of its end.

    Returns:
        The actor; None if the session is unknown, ended or expired.

    Raises:
        ClockInDoubt: If it is over only by a clock that is not proven.
    """
    actor, until = tx.memoize(_session, session)
    return actor if lasts(moment, until) else None


def lasts(moment: Moment, until: Ms) -> bool:
    """Return whether a session that ends at `until`, in ms, is still valid.

    Raises:
        ClockInDoubt: If it is over only by a clock that is not proven. A refused device would
            delete its local copy, which is then lost.
    """
    if moment.now >= until > moment.proven_now:
        raise ClockInDoubt(what="session", retry_after_s=limits.CLOCK_RETRY_SECONDS)
    return moment.now < until


def _session(tx: Tx, session: SessionId) -> tuple[Actor | None, Ms]:
    """Return the actor of a session, and when the session ends, in ms."""
    row = tx.select_one(
        _ActorRow,
        "SELECT s.member, m.state, s.powers, s.boards, s.idle_until, s.ends_at, l.erase_at"
        " FROM sessions s JOIN members m ON m.id = s.member"
        " LEFT JOIN leavings l ON l.member = m.id AND l.board = '' WHERE s.id = ?",
        session,
    )
    if row is None:
        return None, 0
    actor = Actor(
        member=row.member,
        session=session,
        seated=row.state == MemberState.SEATED and row.leaves_at is None,
        leaves_at=row.leaves_at,
        scope=scope_of(row.powers),
        boards=boards_of(row.boards),
    )
    return actor, min(row.idle_until, row.ends_at)


def scope_of(stored: str | None) -> frozenset[Power] | None:
    """Return the powers of a token as stored, without unknown ones; None for a device."""
    if stored is None:
        return None
    names = stored.split()
    return frozenset(power for power in Power if power.value in names)


def boards_of(stored: str | None) -> frozenset[BoardId] | None:
    """Return the stored boards that a token reaches; None for all."""
    return None if stored is None else frozenset(stored.split())


def touch_session(tx: Tx, now: Ms, session: SessionId) -> None:
    """Move the idle end of a device's session to `limits.SESSION_IDLE_DAYS` from `now`.

    Rounded up to a whole week, so that the stored time does not show when the session was used
    (P11). A token has only the end its owner chose.
    """
    sql = "UPDATE sessions SET idle_until = ? WHERE id = ? AND token = 0 AND idle_until < ?"
    tx.execute(sql, idle_until(now), session, idle_until(now))


def idle_until(now: Ms) -> Ms:
    """Return the end, in ms, of a device's session that is used at `now` and not again."""
    return week_after(now + limits.SESSION_IDLE_DAYS * DAY_MS)


def find_member(tx: Tx, ctx: Context, member_id: MemberId) -> Member | None:
    """Return a member as every other member sees them, or None."""
    row = tx.select_one(MemberRow, "FROM members WHERE id = ?", member_id)
    return None if row is None else _views(tx, ctx, [row])[0]


def get_member(tx: Tx, ctx: Context, member_id: MemberId, *, own: bool = False) -> Member:
    """Return an existing member as every other member sees them; or as they see themselves."""
    row = tx.select_one(MemberRow, "FROM members WHERE id = ?", member_id)
    assert row is not None
    return _views(tx, ctx, [row], own=own)[0]


def get_member_texts(tx: Tx, now: Ms, member_id: MemberId) -> dict[str, str]:
    """Return the ids of the texts that an event about an existing member refers to, by path.

    Args:
        now: The time, in ms: an away line that is over is in no event.
    """
    row = tx.fetch_one(
        "SELECT handle_text, name_text, CASE WHEN away_until > ? THEN away_text END"
        " FROM members WHERE id = ?",
        *(now, member_id),
    )
    assert row is not None
    if not leavers.namable(tx, member_id):
        return {}
    if member_id in removed(tx):
        handle_text, *_ = row  # the rest said who it was
        row = (handle_text, None, None)
    return {path: key for path, key in zip(MEMBER_TEXTS, row, strict=True) if key is not None}


def members_by_handle(tx: Tx, handles: Sequence[str]) -> dict[str, MemberId]:
    """Return the ids of the members who have these handles; unknown handles are left out."""
    found: dict[str, MemberId] = {}
    for start in range(0, len(handles), limits.PAGE_ITEMS_MAX):
        chunk = handles[start : start + limits.PAGE_ITEMS_MAX]
        marks = ",".join("?" * len(chunk))
        sql = f"SELECT handle, id FROM members WHERE handle IN ({marks}) AND {leavers.SHOWN}"  # noqa: S608 - only marks
        found.update(tx.fetch_all(sql, *chunk))
    return found


def list_members(
    tx: Tx, ctx: Context, after: int, limit: int
) -> tuple[tuple[Member, ...], int | None]:
    """Return members in the order they joined (P1), and the next page's `after`, if any."""
    rows = tx.select(
        MemberRow,
        "FROM members WHERE n > ? AND NOT EXISTS (SELECT 1 FROM removed_members r"  # noqa: S608 - constant
        f" WHERE r.member = members.id AND r.state = 'erased') AND {leavers.SHOWN}"
        " ORDER BY n LIMIT ?",
        *(after, limit + 1),
    )
    kept = rows[:limit]
    return tuple(_views(tx, ctx, kept)), kept[-1].n if len(rows) > limit else None


def _views(tx: Tx, ctx: Context, rows: Sequence[MemberRow], *, own: bool = False) -> list[Member]:
    sysops, left = ctx.readers.sysops(tx, ctx.now), leavers.find_left(tx)
    unseen = frozenset[MemberId]() if own else removed(tx)
    rows = [row._replace(name_text="", away_text=None) if row.id in unseen else row for row in rows]
    if left:
        rows = [leavers.as_left(row, left.get(row.id), own=own) for row in rows]
    words = texts.load_bodies(
        tx, (key for row in rows for key in (row.handle_text, row.name_text, row.away_text))
    )
    return [
        view_of(
            Member,
            row,
            handle=words.get(row.handle_text),
            name=words.get(row.name_text),
            state=MemberState(row.state),
            sysop=row.id in sysops,
            joined_at=instant(row.joined_at),
            **_away(row, words, ctx.now),
        )
        for row in rows
    ]


def removed(tx: Tx) -> frozenset[MemberId]:
    """Return the members whose words are all hidden, because they "never were members"."""
    return tx.memoize(_removed)


def _removed(tx: Tx) -> frozenset[MemberId]:
    rows = tx.fetch_all(f"SELECT r.member FROM removed_members r WHERE {REMOVED_NOW}")  # noqa: S608 - constant
    return frozenset(member for (member,) in rows)


def _away(row: MemberRow, words: Mapping[str, str], now: Ms) -> dict[str, Any]:
    """Return the fields of a member's away line, which is over from the moment of its end."""
    if row.away_text is None or row.away_until is None or row.away_until <= now:
        return {"away": None, "away_until": None}
    return {"away": words.get(row.away_text), "away_until": instant(row.away_until)}


def get_account(tx: Tx, member_id: MemberId) -> AccountRow:
    """Return the account of an existing member."""
    found = tx.select_one(AccountRow, f"{_ACCOUNT} WHERE id = ?", member_id)
    assert found is not None
    return found


def account_by_handle(tx: Tx, handle: str) -> AccountRow | None:
    """Return the account of the member with this handle, or None."""
    return tx.select_one(AccountRow, f"{_ACCOUNT} WHERE handle = ? AND password <> ''", handle)


def member_or_nobody(found: AccountRow | None) -> MemberId:
    """Return the account's member; `NOBODY` without an account."""
    return NOBODY if found is None else found.member


def names_of(tx: Tx, readers: FeatureLookups, member_id: MemberId) -> tuple[str, ...]:
    """Return the names that an existing member's password must not be made of."""
    keys = tx.fetch_one("SELECT handle_text, name_text FROM members WHERE id = ?", member_id)
    assert keys is not None
    return (*texts.load_bodies(tx, keys).values(), *community_names(tx, readers))


def community_names(tx: Tx, readers: FeatureLookups) -> tuple[str, ...]:
    """Return the names in this community that no member's password must be made of."""
    commons = readers.board(tx, COMMONS)
    return (commons.title,) if commons is not None and commons.title else ()


def set_password(tx: Tx, member_id: MemberId, password: str) -> None:
    """Store a password's hash."""
    tx.execute("UPDATE members SET password = ? WHERE id = ?", password, member_id)


def refuse_taken(tx: Tx, field: str, name: str, own: MemberId) -> None:
    """Refuse a handle or display name that reads like another member's (P13).

    Raises:
        NameTaken: If it does; the error names the other member's handle, unless the request did.
    """
    keys = sorted(name_keys(name))
    marks = ",".join("?" * len(keys))
    taken_by = tx.fetch_value(
        "SELECT m.handle FROM names n JOIN members m ON m.id = n.member"  # noqa: S608 - only marks
        f" WHERE n.member <> ? AND n.skeleton IN ({marks})",
        own,
        *keys,
    )
    if taken_by is not None:
        raise NameTaken(field, None if taken_by == name else taken_by)
    resting.refuse_resting(tx, field, keys)


def add_member(tx: Tx, ctx: Context, new: Member, *, password: str) -> None:
    """Insert a member with their names, and the keys of look-alike names.

    Args:
        new: The member, with handle and name; both must be free.
        password: The argon2 hash.

    Raises:
        Conflict: If a member has this id already.
    """
    assert new.handle is not None
    assert new.name is not None
    if tx.fetch_one("SELECT 1 FROM members WHERE id = ?", new.id):
        raise Conflict("this id is somebody's already")
    tx.execute(
        "INSERT INTO members (id, handle, handle_text, name_text, state, invited_by,"
        " joined_at, password) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        new.id,
        new.handle,
        texts.insert_text(tx, ctx, new.handle),
        texts.insert_text(tx, ctx, new.name),
        new.state.value,
        new.invited_by,
        ctx.now,
        password,
    )
    handle_keys = name_keys(new.handle)
    _add_names(tx, new.id, "handle", handle_keys)
    _add_names(tx, new.id, "name", name_keys(new.name) - handle_keys)


def rename(tx: Tx, at: texts.RandomSource, member_id: MemberId, name: str) -> None:
    """Change a member's display name; delete the old name (P10), which becomes free."""
    old_text = tx.fetch_value("SELECT name_text FROM members WHERE id = ?", member_id)
    texts.delete_texts(tx, [old_text])
    tx.execute("DELETE FROM names WHERE member = ? AND kind = 'name'", member_id)
    rows = tx.fetch_all("SELECT skeleton FROM names WHERE member = ?", member_id)
    _add_names(tx, member_id, "name", name_keys(name) - {key for (key,) in rows})
    sql = "UPDATE members SET name_text = ?, revision = revision + 1 WHERE id = ?"
    tx.execute(sql, texts.insert_text(tx, at, name), member_id)


def close_account(tx: Tx, at: texts.RandomSource, member_id: MemberId) -> str | None:
    """Erase all of an account but its handle; return the handle, or None if that was done before."""
    account = get_account(tx, member_id)
    if not account.password:
        return None
    rename(tx, at, member_id, account.handle)
    going = tx.fetch_all("SELECT away_text, profile_text FROM members WHERE id = ?", member_id)
    texts.delete_texts(tx, [key for row in going for key in row], RemovalReason.WITHDRAWN)
    tx.execute(
        "UPDATE members SET password = '', invited_by = NULL, away_text = NULL, away_until = NULL,"
        " profile_text = NULL WHERE id = ?",
        member_id,
    )
    return account.handle


def admit_waiting_member(tx: Tx, member_id: MemberId) -> bool:
    """Admit a waiting member; return whether the member was waiting."""
    sql = (
        "UPDATE members SET state = 'seated', revision = revision + 1"
        " WHERE id = ? AND state = 'waiting'"
    )
    return tx.execute(sql, member_id) == 1


def _add_names(tx: Tx, member_id: MemberId, kind: str, keys: Iterable[str]) -> None:
    sql = "INSERT INTO names (skeleton, member, kind) VALUES (?, ?, ?)"
    tx.execute_many(sql, [(key, member_id, kind) for key in sorted(keys)])


def make_sysop_invitation(
    tx: Tx, now: Ms, invitation: InvitationId, code_hash: bytes, days: int
) -> None:
    """Make an invitation, valid once, that makes a sysop; no member is its maker.

    It is for the first start, and for a person with access to the data directory of a server whose
    members cannot sign in.

    Args:
        code_hash: SHA-256 of the code (`credentials.secret_hash`).
        days: Days for which it can be used.
    """
    tx.execute(
        "INSERT INTO invitations (id, code_hash, uses_left, made_at, expires_at, sysop)"
        " VALUES (?, ?, 1, ?, ?, 1)",
        invitation,
        code_hash,
        now,
        now + days * DAY_MS,
    )
