"""A board that was unpacked here: where it came from, and its words that wait for authors (29.10, 31)."""

from bbs.claim_link import ClaimLink
from bbs.errors import BadParams, FolkmootError
from bbs.features.packs.claim_messages import ListVouchings
from bbs.features.packs.claim_text import describe_vouching
from bbs.features.packs.claim_views import Vouching, VouchingState
from bbs.features.packs.unpack_messages import BoardOrigin, ListOldActs
from bbs.features.packs.views import PackKind
from bbs.ids import BoardId, MemberId
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import safe_line
from bbs_client.session.pack_words import may_be_taken
from bbs_client.session.session import Session

DIGEST_SHOWN = 12  # characters, enough to compare with what was announced
VOUCHINGS_SHOWN_MAX = 5  # on the board's page; the page of vouchings has all
_OPEN = (VouchingState.ASKED, VouchingState.ANNOUNCED)


def own_link(session: Session, row: BoardRow) -> str:
    """Return the link of a claim on a board of this community.

    Raises:
        BadParams: If the board has no address.
    """
    if row.board.slug is None:
        raise BadParams("board", "it has no address any more, so nobody can claim there")
    profile = session.connection.profile
    return str(ClaimLink(row.board.slug, profile.url, profile.host, profile.pin))


async def find_origin(session: Session, row: BoardRow) -> BoardOrigin | None:
    """Return where a board came from; None for others, and where the server does not answer.

    Cancelling is safe.
    """
    if not may_be_taken(row):
        return None
    try:
        return (await session.connection.call(ListOldActs(board=row.board.id, limit=1))).origin
    except FolkmootError:
        return None


async def fetch_origin(session: Session, row: BoardRow, *, claim: str, vouch: str) -> list[str]:
    """Return what is to be said of a board that was unpacked here, a line each; nothing for others.

    Asks the server, and is empty where that does not answer. Cancelling is safe.

    Args:
        session: The reader's session.
        row: The board.
        claim: The key or verb that claims old words.
        vouch: The key or verb of vouchings.
    """
    if (origin := await find_origin(session, row)) is None:
        return []
    waits = (
        f"Old words here wait for their authors: {claim} claims yours, by the key of an old profile"
        f" on this device. For who has no key any more, two can vouch: {vouch}."
    )
    try:
        found = await fetch_vouchings(session, row.board.id)
    except FolkmootError:
        found = ()
    told = [tell_vouching(session, each) for each in found if each.state in _OPEN]
    return [_describe(session, origin), waits, *told[:VOUCHINGS_SHOWN_MAX]]


def _describe(session: Session, origin: BoardOrigin) -> str:
    made = "its server signed" if origin.pack_kind is PackKind.SERVER else "a member made"
    day, digest = session.times.day(origin.opened_at), origin.digest[:DIGEST_SHOWN]
    return (
        f"This board came from {safe_line(origin.host)}, and was unpacked here on {day} from a pack"
        f" that {made}, digest {digest}. Its authors are no members here before they claim."
    )


async def fetch_vouchings(session: Session, board: BoardId) -> tuple[Vouching, ...]:
    """Return the vouchings of a board, the newest first. Cancelling is safe.

    Raises:
        FolkmootError: What the server answered.
    """
    return (await session.connection.call(ListVouchings(board=board))).vouchings


def tell_vouching(session: Session, vouching: Vouching) -> str:
    """Return a vouching as a sentence: whose words, whose they are said to be, by whom, until when."""
    by = " and ".join(_name(session, member) for member in vouching.by)
    whose = _name(session, vouching.member)
    return safe_line(
        f"{describe_vouching(vouching)}. {by or 'Nobody'} vouched that these are {whose}."
    )


def _name(session: Session, member: MemberId) -> str:
    known = session.members.get(member)
    return "a former member" if known is None else safe_line(known.label)
