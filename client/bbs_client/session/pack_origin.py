"""Where a board came from that was unpacked here, as a sentence for both surfaces (protocol 29.10)."""

from bbs.errors import FolkmootError
from bbs.features.packs.unpack_messages import ListOldActs
from bbs.features.packs.views import PackKind
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import safe_line
from bbs_client.session.pack_words import may_be_taken
from bbs_client.session.session import Session

DIGEST_SHOWN = 12  # characters, enough to compare with what was announced


async def fetch_origin(session: Session, row: BoardRow) -> str:
    """Return where a board came from, when it was unpacked here and by which pack; empty for others.

    Asks the server, and is empty where that does not answer. Cancelling is safe.
    """
    if not may_be_taken(row):
        return ""
    try:
        page = await session.connection.call(ListOldActs(board=row.board.id, limit=1))
    except FolkmootError:
        return ""
    if (origin := page.origin) is None:
        return ""
    made = "its server signed" if origin.pack_kind is PackKind.SERVER else "a member made"
    day, digest = session.times.day(origin.opened_at), origin.digest[:DIGEST_SHOWN]
    return (
        f"This board came from {safe_line(origin.host)}, and was unpacked here on {day} from a pack"
        f" that {made}, digest {digest}. Its authors are no members here before they claim."
    )
