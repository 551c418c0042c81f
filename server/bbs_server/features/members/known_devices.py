"""The SQL of known devices: where a member signed in before, proven by the last session's token.

A session may end, its device stays known: a member who signed out, or whose session ran out, comes
back with the password while strangers guess at it. Also after the password was changed or recovered,
for that is when every device has to come back. Who ends another device's session has it forgotten.
"""

from bbs import limits
from bbs.ids import MemberId, SessionId
from bbs_server.features.members.credentials import secret_hash
from bbs_server.store.api import Tx

DeviceNumber = int
"""Names a known device as long as it is known, whatever session it has. Never leaves the server."""


def find_device(tx: Tx, member: MemberId, token: str) -> DeviceNumber | None:
    """Return the member's device whose last session had this token, or None."""
    sql = "SELECT n FROM known_devices WHERE member = ? AND token_hash = ?"
    found: DeviceNumber | None = tx.fetch_value(sql, member, secret_hash(token))
    return found


def find_device_of_session(
    tx: Tx, member: MemberId, session: SessionId | None
) -> DeviceNumber | None:
    """Return the member's device that a session is or was the last one of, or None."""
    sql = "SELECT n FROM known_devices WHERE member = ? AND session = ?"
    found: DeviceNumber | None = tx.fetch_value(sql, member, session)
    return found


def remember_device(
    tx: Tx, member: MemberId, session: SessionId, token: str, known: DeviceNumber | None
) -> None:
    """Know a device by the session it has just opened.

    Beyond `limits.DEVICES_MAX` devices go first that have no session, then the oldest.

    Args:
        known: What it was known as; None for a new device.
    """
    token_hash = secret_hash(token)
    sql = "UPDATE known_devices SET session = ?, token_hash = ? WHERE n = ? AND member = ?"
    if known is not None and tx.execute(sql, session, token_hash, known, member):
        return
    rows = tx.fetch_all(
        "SELECT d.n FROM known_devices d LEFT JOIN sessions s ON s.id = d.session"
        " WHERE d.member = ? ORDER BY CASE WHEN s.id IS NULL THEN 1 ELSE 0 END, d.n DESC",
        member,
    )
    tx.execute_many("DELETE FROM known_devices WHERE n = ?", rows[limits.DEVICES_MAX - 1 :])
    tx.execute(
        "INSERT INTO known_devices (member, session, token_hash) VALUES (?, ?, ?)",
        *(member, session, token_hash),
    )


def forget_device(tx: Tx, member: MemberId, session: SessionId) -> None:
    """Know a member's device no longer: its owner ended its session from another one."""
    tx.execute("DELETE FROM known_devices WHERE member = ? AND session = ?", member, session)
