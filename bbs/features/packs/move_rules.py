"""Rules of a board's move: its states, what may be announced, and what a receipt has to say. Pure."""

from bbs.address import check_slug, is_host
from bbs.clock import DAY_MS, Ms, to_ms
from bbs.errors import BadParams
from bbs.features.boards.settings import Visibility
from bbs.features.packs import move_limits
from bbs.features.packs.move_views import MoveState, Receipt
from bbs.features.packs.signing import receipt_text
from bbs.move_refusals import PaperRefused
from bbs.signatures import verify

MOVE_TRANSITIONS: dict[MoveState | None, frozenset[MoveState | None]] = {
    None: frozenset({MoveState.ANNOUNCED}),
    # None: objected to, withdrawn, or its mover holds no office any more.
    MoveState.ANNOUNCED: frozenset({MoveState.WAITING, MoveState.READY, None}),
    MoveState.WAITING: frozenset({MoveState.READY, None}),
    # None: cancelled, or no receipt came: the board opens again.
    MoveState.READY: frozenset({MoveState.HANDED, None}),
    # None: it came home.
    MoveState.HANDED: frozenset({MoveState.ERASING, None}),
    MoveState.ERASING: frozenset({MoveState.LEADS_ON, None}),
    MoveState.LEADS_ON: frozenset({MoveState.REST, None}),
    MoveState.REST: frozenset(),
}
"""The states that may follow each state of a move; None for a board that does not move."""

SEALED = frozenset({MoveState.HANDED, MoveState.ERASING, MoveState.LEADS_ON, MoveState.REST})
"""The states in which nobody reads the board's words here."""

_STATE_DAYS = {
    MoveState.ANNOUNCED: move_limits.MOVE_DAYS,
    MoveState.WAITING: move_limits.MOVE_CASES_DAYS,
    MoveState.READY: move_limits.RECEIPT_DAYS,
    MoveState.HANDED: move_limits.SEALED_DAYS,
}

_PORT, _PORT_MAX = 443, 65_535  # of a host without one: browsers and proxies leave it out

WIDTHS = {Visibility.PRIVATE: 0, Visibility.UNLISTED: 1, Visibility.MEMBERS: 2}
"""How many people read a board of each visibility, as an order."""


def ends_at(state: MoveState, since: Ms, handed_at: Ms | None) -> Ms | None:
    """Return when a state ends at the latest, in ms; None where time alone does not end it.

    Args:
        since: When it began, in ms.
        handed_at: When the receipt came, in ms.
    """
    if state in (MoveState.ERASING, MoveState.LEADS_ON) and handed_at is not None:
        return handed_at + move_limits.LEADS_ON_DAYS * DAY_MS
    days = _STATE_DAYS.get(state)
    return None if days is None else since + days * DAY_MS


def check_host(host: str) -> None:
    """Refuse an address that no client could reach.

    Raises:
        BadParams: If it is none.
    """
    name, port = split_host(host)
    if not is_host(name) or not 0 < port <= _PORT_MAX:
        raise BadParams("host", "name the new server as host:port, in small letters")


def split_host(host: str) -> tuple[str, int]:
    """Return the name and the port of a host as members reach it; port 0 for a damaged one."""
    name, _, port = host.rpartition(":") if _has_port(host) else (host, "", str(_PORT))
    number = int(port) if port.isdecimal() and len(port) <= len(str(_PORT_MAX)) else 0
    return name.removeprefix("[").removesuffix("]"), number


def _has_port(host: str) -> bool:
    return ":" in host.rpartition("]")[2]


def check_new_place(slug: str, visibility: Visibility, now: Visibility) -> None:
    """Refuse a new name that is none, and a board that more people could read than now.

    Raises:
        TextRefused, NameTaken: As `bbs.address.check_slug` does.
        BadParams: If it would be wider.
    """
    check_slug(slug)
    if WIDTHS[visibility] > WIDTHS[now]:
        raise BadParams("visibility", f"a board moves as it is or narrower; it is {now.value} now")


def text_of(receipt: Receipt) -> bytes:
    """Return the bytes that the new server signs under a receipt."""
    at = to_ms(receipt.at)
    return receipt_text(
        receipt.host, receipt.epoch, receipt.board, receipt.slug, receipt.digest, at
    )


def check_receipt(receipt: Receipt, *, board: str, host: str, slug: str, key: str) -> None:
    """Refuse a receipt that is not the announced server's for this board.

    Raises:
        PaperRefused: If it is not, with the reason.
    """
    if receipt.board != board:
        raise PaperRefused("receipt", "it is for another board")
    if receipt.key != key:
        raise PaperRefused("receipt", "it is signed with another key than the announced one")
    if split_host(receipt.host) != split_host(host):
        raise PaperRefused("receipt", f"it comes from {receipt.host}, and {host} was announced")
    if receipt.slug != slug:
        why = f"the board is {receipt.slug} there, and {slug} was announced; unpack it as {slug}"
        raise PaperRefused("receipt", why)
    if not verify(receipt.key, receipt.signature, text_of(receipt)):
        raise PaperRefused("receipt", "its signature is false")
