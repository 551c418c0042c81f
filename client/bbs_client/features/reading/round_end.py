"""The end of a round: the community's own art, the path through its boards, and what was read (P4)."""

from collections.abc import Sequence

from msgspec import Struct
from textual.content import Content, Span
from textual.style import Style

from bbs.ids import COMMONS
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session
from bbs_client.theme import MONO
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.grid import MEASURE

STEP_COLUMNS = 13  # from bead to bead
SENTENCE_CHARS_MAX = 120
_SENTENCE_ENDS = (". ", "! ", "? ")


class End(Struct, frozen=True):
    """What is said at the end of a round, or where nothing is new.

    Attributes:
        title: In one or three words.
        says: Sentences below it; the last one is quiet. Our own words.
        hues: The hues of the boards of the round, in order; empty for no path.
        since: How much came since; empty for nothing.
    """

    title: str
    says: Sequence[str]
    hues: Sequence[str] = ()
    since: str = ""


def _drawn(banner: str, colours: bool) -> Content | None:
    # Imported late: what reads banners is much, and many communities have none.
    from bbs_client.widgets.banner import drawn

    return drawn(banner, colours=colours)


def community_art(view: BlockView, session: Session) -> list[Content]:
    """Return the rows of the community's banner; without one, its name and what it is for."""
    # Banners are drawn for a dark ground; on paper they keep their form alone.
    colours = view.app.theme != MONO.name and view.app.current_theme.dark
    if (kept := session.cache.notice("banner")) and (banner := _drawn(kept, colours)) is not None:
        return [_with_colours(row) for row in banner.split("\n", allow_blank=True)]
    name = Content.styled(" ".join(session.community), "strong")
    commons = session.cache.board(COMMONS)
    charter = safe_line(commons.board.charter if commons else None)
    sentence = first_sentence(charter)
    rows = [name, Content.styled(sentence, "em")] if sentence else [name]
    wide = max(row.cell_length for row in rows)
    return [row.pad_left((wide - row.cell_length) // 2) for row in rows]


def _with_colours(row: Content) -> Content:
    """Return a row of a banner in styles of its own: a view knows only the roles of the theme."""
    spans = [Span(begin, end, Style.parse(str(style))) for begin, end, style in row.spans]
    return Content(row.plain, spans)


def first_sentence(text: str) -> str:
    """Return the first sentence of a text; cut where it is very long."""
    ends = [text.find(end) for end in _SENTENCE_ENDS]
    at = min((end for end in ends if end >= 0), default=len(text))
    sentence = text[: at + 1]
    return sentence if len(sentence) <= SENTENCE_CHARS_MAX else f"{sentence[:SENTENCE_CHARS_MAX]}…"


def draw_path(hues: Sequence[str], width: int) -> Content:
    """Return the path of a round: a bead for each board in its hue, and the end reached.

    Args:
        hues: Of the boards, in order.
        width: The columns there are.
    """
    room = max(1, min(MEASURE, width - 4))
    hues = hues[-room:]
    step = min(STEP_COLUMNS, room // len(hues))
    parts: list[tuple[str, str]] = []
    for hue in hues:
        parts += [("○", hue), ("━" * (step - 1), "rail")]
    return Content.assemble(*parts, ("◆", "new"))


def draw_end(view: BlockView, session: Session, end: End) -> list[Content]:
    """Return the scene as rows, in the middle; in low views the upper parts are left out."""
    width, height = view.size.width, view.size.height
    tasks = len(view.keys)
    art = community_art(view, session)
    wide = max(row.cell_length for row in art)
    blocks = [
        [row.pad_left(max(0, (width - wide) // 2 - 1)) for row in art],
        [_centred(draw_path(end.hues, width), width)] if end.hues else [],
        [_centred(Content.styled(end.title, "new"), width)],
        [_centred(Content(text), width) for text in end.says[:-1]],
        [
            _centred(Content.styled(text, "dim"), width)
            for text in (*end.says[-1:], end.since)
            if text
        ],
    ]
    below = tasks + 1
    # The highest goes first: art, path, then the quiet sentence.
    for dropped in (None, 0, 1, 4):
        if dropped is not None:
            blocks[dropped] = []
        rows = _joined(blocks)
        if len(rows) + below <= height:
            break
    # Tasks come after the first painting: what stands above them does not move for the first one, and
    # for more only where they need the room.
    above = max(0, min((height - len(rows) - 2) // 2, height - len(rows) - below))
    return [*[Content("")] * above, *rows, *[Content("")] * bool(tasks)]


def _joined(blocks: Sequence[Sequence[Content]]) -> list[Content]:
    """Return the blocks with a blank row between them; the two of sentences stand together."""
    rows: list[Content] = []
    for at, block in enumerate(blocks):
        if block and rows and not (at == len(blocks) - 1 and blocks[at - 1]):
            rows.append(Content(""))
        rows += block
    return rows


def _centred(row: Content, width: int) -> Content:
    return row.pad_left(max(0, (width - row.cell_length) // 2 - 1))
