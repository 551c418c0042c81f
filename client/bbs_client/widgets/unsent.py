"""How something that is not sent yet stands, in words and colour."""

from textual.content import Content

from bbs_client.keys import key_of
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem


def unsent_state(session: Session, item: UnsentItem) -> Content:
    """Return what became of an item so far: refused and why, on its way, or waiting."""
    if item.reason:
        return Content.styled(f"refused: {item.reason} ({key_of('outbox')}: outbox)", "error")
    if session.online:
        return Content.styled("sending…", "new")
    return Content.styled("waits for the connection", "warn")
