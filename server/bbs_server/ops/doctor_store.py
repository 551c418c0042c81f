"""The doctor's checks of the database: pages, history, removals, sizes, clock, sysop, invitations."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bbs import limits
from bbs.clock import DAY_MS, MINUTE_MS, Ms, instant
from bbs.features.community.hand_over_views import HandOverItem
from bbs.features.community.keys import shorten_key
from bbs.features.community.rules import describe_doubt
from bbs.streams import StreamKind, stream_prefix
from bbs_server.features.boards.offices import find_sysops
from bbs_server.features.community import hand_over_records
from bbs_server.features.community import records as community_records
from bbs_server.features.moderation import altered
from bbs_server.features.packs import old_acts
from bbs_server.features.threads import sizes
from bbs_server.ops import integrity
from bbs_server.ops.backup import BackupError, backups_in, read_manifest
from bbs_server.ops.disk import MIB
from bbs_server.ops.finding import FAIL, OK, WARN, Finding
from bbs_server.store import history, signing_key
from bbs_server.store.api import Tx
from bbs_server.store.files import DatabaseInspection
from bbs_server.store.meta import EPOCH, find_meta
from bbs_server.store.proven_time import moment_of
from bbs_server.store.removals import REMOVALS, RemovalsError, read_entries, read_heading
from bbs_server.store.stored_time import stored_belief

_ROLLED_BACK = (
    "an older copy of the folder was put in its place: bring back the younger one if there is one;"
    " else take a backup and restore it: that begins a new epoch, and this note ends"
)
_RESTORE = "stop the server, keep the folder, and restore the last backup into a new one"


def look_at_file(look: DatabaseInspection, known: int) -> Finding:
    """Check that the schema is this program's and the journal has the right settings.

    Args:
        known: The schema this program writes.
    """
    version, compat = look.schema
    if compat > known:
        said = f"schema {version} is newer than this program's {known}"
        return Finding("database", FAIL, said, "update this program")
    if look.tuning_fault is not None:
        return Finding(
            "database", WARN, look.tuning_fault, "start the server once; it corrects this setting"
        )
    if version < known:
        said = f"schema {version}; the next start brings it to {known}"
        return Finding("database", WARN, said, "take a backup before that start")
    return Finding("database", OK, f"schema {version}")


def look_at_pages(look: DatabaseInspection, *, deep: bool) -> Finding:
    """Check for damaged pages and for references to missing rows."""
    if found := look.damage(deep=deep):
        return Finding("pages", FAIL, found[0], _RESTORE)
    return Finding("pages", OK, "no damage, indexes compared" if deep else "no damage")


def look_at_chains(tx: Tx, *, deep: bool) -> Finding:
    """Check that the history is unchanged, and that its end was not lost."""
    found = integrity.broken_chains(tx, None if deep else limits.CHAIN_TAIL_EVENTS)
    found += altered.altered_acts(tx)
    found += old_acts.altered_old_acts(tx)
    if found:
        return Finding("history", FAIL, f"{found[0]} ({len(found)} in all)", _RESTORE)
    if (lost := history.noted(tx)) is not None:
        said = (
            f"members were told of event {lost.seq} of {lost.stream}, which is not here"
            f" (found out {instant(lost.at):%Y-%m-%d %H:%M} UTC, at {lost.head})"
        )
        return Finding("history", FAIL, said, _ROLLED_BACK)
    checked = "every event" if deep else f"the last {limits.CHAIN_TAIL_EVENTS} events of each"
    return Finding("history", OK, f"the chains of all streams hold ({checked})")


def look_at_texts(tx: Tx) -> Finding:
    """Check that every text matches its id."""
    if altered := integrity.altered_texts(tx):
        said = f"{altered} texts are not as their authors wrote them: somebody changed them in the database"
        return Finding("texts", FAIL, said, _RESTORE)
    return Finding("texts", OK, "every text is as its author wrote it")


def look_at_key(tx: Tx) -> Finding:
    """Show how the signing key begins, by which devices know this server (protocol 32.1)."""
    key = signing_key.public_key(tx)
    if key is None:
        return Finding("signing key", WARN, "none was drawn", "the next start draws one")
    if not signing_key.is_sound(tx):
        said = "its two halves do not belong together: what this server signs is refused"
        return Finding("signing key", FAIL, said, _RESTORE)
    return Finding("signing key", OK, f"{shorten_key(key)} is what members' devices know")


_LEFT = {
    HandOverItem.MACHINE: "the machine, its accounts and the service are still to be taken over",
    HandOverItem.HOST_NAME: "the name by which members reach the server is still to be taken over",
    HandOverItem.CERTIFICATE: "the certificate and its private key are still to be taken over",
    HandOverItem.BACKUPS: "the backups, here and elsewhere, are still to be taken over",
    HandOverItem.REMOVALS: "the record of removals beside each backup is still to be taken over",
}


_PREPARE = (
    "prepare with the heir the machine, the host name, the certificate, the backups and their record of"
    " removals (bbs admin hand-over says when and to whom)"
)


def look_at_hand_over(tx: Tx) -> list[Finding]:
    """Say what to prepare for a hand-over that waits, and repeat what is left after the last one.

    The new sysop ticks each item off.
    """
    row = hand_over_records.find_hand_over(tx)
    answered = "not accepted yet" if row is None or row.accepted is None else "accepted"
    said = f"the community is to be handed over, {answered}: {_PREPARE}"
    waits = () if row is None else (Finding("hand-over", OK, said),)
    left = (
        Finding("hand-over", WARN, _LEFT[item], f"once it is: bbs admin hand-over --done {item}")
        for item in hand_over_records.list_left(tx)
    )
    return [
        *waits,
        *left,
    ]


def look_at_removals(tx: Tx, data: Path, backups: Path | None) -> Finding:
    """Check that the record of removals is whole and ours, and that no text came back (P10).

    Args:
        backups: A folder of backups, or one backup, with the record's name; None to skip the
            comparison.
    """
    record = data / REMOVALS
    if not record.exists():
        hint = "the next start begins one; take a backup after it: older ones bring words back"
        return Finding("removals", FAIL, f"{record} is not there", hint)
    heading = read_heading(record)
    known = sum(len(entry.texts()) for entry in read_entries(record))
    back = integrity.returned_texts(tx, record)
    # Look twice: a running server may be removing texts during the first look.
    back = back and sorted(set(back) & set(integrity.returned_texts(tx, record)))
    if back:
        said = f"{len(back)} texts that were removed are in the database"
        return Finding(
            "removals",
            FAIL,
            said,
            "the next start erases them; if the database was copied back by hand, use `bbs restore`",
        )
    epoch = find_meta(tx, EPOCH)
    ours = backups and {name for name, of in _named_in(backups) if of == epoch}
    if ours and heading.removals not in ours:
        said = f"{record} is not the one that the backups of this community carry"
        hint = "stop the server and bring back its own, or `bbs restore` with the youngest backup's"
        return Finding("removals", FAIL, said, hint)
    return Finding("removals", OK, f"{known} removed texts, and none of them is there")


def _named_in(backups: Path) -> Iterator[tuple[str, str | None]]:
    """Yield the name of each backup's record of removals, and its epoch."""
    for backup in backups_in(backups):
        # The check of backups reports a damaged backup.
        with suppress(BackupError, RemovalsError, OSError):
            yield read_heading(backup / REMOVALS).removals, read_manifest(backup).epoch


def look_at_sizes(tx: Tx, *, deep: bool) -> Finding:
    """Report the size of the text of all boards, and boards that are near their quota.

    Args:
        deep: Also count the sizes again and compare.
    """
    used, near = community_records.near_quota(tx)
    said = f"the words of all boards take {used / MIB:.1f} MiB"
    if deep:
        rows = tx.fetch_all(
            "SELECT b.id, coalesce(s.words_bytes, 0) FROM boards b"
            " LEFT JOIN streams s ON s.stream = ? || b.id",
            stream_prefix(StreamKind.BOARD),
        )
        wrong = sum(sizes.measure(tx, board) != kept for board, kept in rows)
        if wrong:
            hint = "quotas are judged by it; please report this"
            return Finding("sizes", WARN, f"{wrong} boards take something else than counted", hint)
    if near:
        hint = "see bbs admin disk show; a shorter retention or a larger quota makes room"
        return Finding("sizes", WARN, f"{said}; {len(near)} are near their quota", hint)
    return Finding("sizes", OK, said)


def look_at_clock(tx: Tx, now: Ms) -> Finding:
    """Check that the clock is proven, or at least later than the newest event."""
    said = f"it is {instant(now):%Y-%m-%d %H:%M} UTC"
    belief, newest = stored_belief(tx)
    if belief is not None:
        if (doubt := moment_of(belief).doubt) is not None:
            hint = "if the machine's time is right: bbs admin clock confirm; if not: set it (NTP)"
            return Finding("clock", WARN, describe_doubt(doubt), hint)
        newest = belief.wall
    if newest is not None and newest > now + MINUTE_MS:
        said += f", and the server last saw {instant(newest):%Y-%m-%d %H:%M}"
        hint = "set the clock (NTP): words fade and sanctions end by it"
        return Finding("clock", FAIL, said, hint)
    return Finding("clock", OK, said)


def look_at_sysop(tx: Tx, now: Ms) -> Finding:
    """Check that the community has a sysop."""
    if not (count := len(find_sysops(tx, now))):
        hint = "join with the invitation that `bbs serve` prints"
        return Finding("sysop", WARN, "this community has no sysop yet", hint)
    return Finding("sysop", OK, f"{count} {'member is' if count == 1 else 'members are'} sysop")


def look_at_invitations(tx: Tx, now: Ms) -> Finding:
    """Check for invitations that stay open for long."""
    old = now - limits.INVITATION_OLD_DAYS * DAY_MS
    open_ones = tx.fetch_all(
        "SELECT uses_left FROM invitations"
        " WHERE revoked = 0 AND uses_left > 0 AND expires_at > ? AND made_at < ?",
        *(now, old),
    )
    if open_ones:
        people = sum(uses for (uses,) in open_ones)
        days = limits.INVITATION_OLD_DAYS
        said = f"{len(open_ones)} invitations older than {days} days would let {people} people in"
        return Finding(
            "invitations", WARN, said, "revoke those that nobody waits for: bbs admin invitations"
        )
    return Finding("invitations", OK, "no invitation is both old and open")
