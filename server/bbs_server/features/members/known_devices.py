"""The SQL of known devices: devices that proved an earlier session by its token.

A device stays known when its session ends. So a member who signed out, or whose session ran out,
can sign in with the password while strangers guess at it, also after the password was changed or
recovered, because then every device has to sign in again. If a member ends the session of another
device, that device is forgotten.
"""

from bbs import limits
from bbs.ids import MemberId, SessionId
from bbs_server.features.members.credentials import secret_hash
from bbs_server.store.api import Tx

DeviceNumber = int
"""The number of a known device, whatever session it has. It never leaves the server."""


def find_device(tx: Tx, member: MemberId, token: str) -> DeviceNumber | None:
    """Return the member's device whose last session had this token, or None."""
    sql = "SELECT n FROM known_devices WHERE member = ? AND token_hash = ?"
    found: DeviceNumber | None = tx.fetch_value(sql, member, secret_hash(token))
    return found


def find_device_of_session(
    tx: Tx, member: MemberId, session: SessionId | None
) -> DeviceNumber | None:
    """Return the member's device whose last session this is, or None."""
    sql = "SELECT n FROM known_devices WHERE member = ? AND session = ?"
    found: DeviceNumber | None = tx.fetch_value(sql, member, session)
    return found


def remember_device(
    tx: Tx, member: MemberId, session: SessionId, token: str, known: DeviceNumber | None
) -> None:
    """Remember a device by the session it has just opened.

    Beyond `limits.DEVICES_MAX`, forget first the devices without a session, then the oldest.

    Args:
        known: The device's number; None for a new device.
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
    """Forget the device of a session that its member ended from another device."""
    tx.execute("DELETE FROM known_devices WHERE member = ? AND session = ?", member, session)
