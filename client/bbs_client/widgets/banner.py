"""A community's banner for drawing: parsed again here, in the colours of the theme (P13)."""

from textual.content import Content

from bbs.banner import Run, read_banner
from bbs.refusals import TextRefused

_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_COLOURS = tuple(f"ansi_{before}{name}" for before in ("", "bright_") for name in _NAMES)


def drawn(banner: str, *, colours: bool = True) -> Content | None:
    """Return a banner to be shown.

    Args:
        banner: As it came from the server.
        colours: False to leave them out.

    Returns:
        Its rows; None for no banner, and for a banner with anything but text and styles.
    """
    try:
        rows = read_banner(banner) if banner else ()
    except TextRefused:
        return None
    if not any(rows):
        return None
    lines = (
        Content.assemble(*((run.text, _look(run, colours=colours)) for run in row)) for row in rows
    )
    return Content("\n").join(lines)


def _look(run: Run, *, colours: bool) -> str:
    parts = ["bold"] if run.bold else []
    if colours and run.fore is not None:
        parts.append(_COLOURS[run.fore])
    if colours and run.back is not None:
        parts.append(f"on {_COLOURS[run.back]}")
    return " ".join(parts)
