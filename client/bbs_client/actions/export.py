"""The member's export from the client, as `bbs export` writes it (P9)."""

from pathlib import Path

from bbs.plural import counted
from bbs_client.actions.surface import Confirm, Surface
from bbs_client.safe_text import safe_line

_TOLD_PAGES = 20  # after so many pages, some ten MiB, tell the reader that the export continues


async def export(surface: Surface, name: str) -> None:
    """Write everything that the community stores about the reader into a folder or a file.

    Args:
        surface: The reader's surface.
        name: The folder, or a file of JSON lines that ends in .jsonl; empty for a folder named
            after today.
    """
    from bbs.export.taking import TAKEN_AWAY, Source, take_away
    from bbs.export.writers import free_name, open_writer

    session = surface.session
    target = _place(name or free_name(f"folkmoot-{session.now():%Y-%m-%d}"))
    shown = safe_line(str(target))
    writer = open_writer(target)
    question = Confirm(
        "Export your words?", f"They are written to {shown}. {TAKEN_AWAY}", yes="export"
    )
    if not await surface.ask(question):
        return
    pages = 0

    def tell(progress: str) -> None:
        nonlocal pages
        pages += 1
        if pages % _TOLD_PAGES == 0:
            surface.notify(f"Taking your words away: {progress}.")

    source = Source(
        community=session.community, handle=None if session.me is None else session.me.handle
    )
    surface.notify("Taking your words away …")
    try:
        with writer:
            counts = await surface.wait(take_away(session.connection.call, source, writer, tell))
    except OSError as error:
        surface.notify(f"Nothing was written: {error.strerror or error}.")
        return
    surface.notify(f"{counted(counts.get('posts', 0), 'post')} and all else is in {shown}.")


def _place(name: str) -> Path:
    return Path(name).expanduser().absolute()
