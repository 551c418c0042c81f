"""The text field: what is drawn, counted, pointed at and selected are the same columns."""

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Offset

from bbs_client.theme import FOLKMOOT, theme
from bbs_client.widgets.editor import SafeTextArea


class Field(App[None]):
    """An app that is one text field."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.register_theme(theme(FOLKMOOT))
        self.theme = FOLKMOOT.name
        self.field = SafeTextArea(text, compact=True, highlight_cursor_line=False)

    def compose(self) -> ComposeResult:
        """Return the field."""
        yield self.field


def drawn(field: SafeTextArea) -> list[str]:
    """Return the rows as they are drawn."""
    rows = [field.render_line(y).text for y in range(field.wrapped_document.height)]
    return [row.rstrip() for row in rows]


async def test_tabs_lead_to_the_next_stop() -> None:
    """A tab is drawn as blanks up to a column of four, after wide letters too (B4)."""
    app = Field("a\tb\n\tc\nabcde\tf\n東京\tg\n\x1bh")
    async with app.run_test(size=(40, 10)):
        assert drawn(app.field) == ["a   b", "    c", "abcde   f", "東京    g", "\ufffdh"]


@pytest.mark.parametrize(
    "text", ["one\ttwo\tthree four\tfive six\tseven", "a\t" * 20, "\t東\tx" * 9]
)
async def test_cursor_mouse_and_drawing_agree_on_tabs(text: str) -> None:
    """Each character stands where the cursor is put for it, and the mouse finds it there (B4)."""
    app = Field(text)
    async with app.run_test(size=(22, 12)):
        field = app.field
        rows = drawn(field)
        assert max(map(len, rows)) <= 22
        assert len(rows) > 1
        for column, char in enumerate(text):
            at = field.wrapped_document.location_to_offset((0, column))
            assert field.wrapped_document.offset_to_location(at) == (0, column)
            if char.isascii() and not char.isspace():
                field.move_cursor((0, column))
                strip = field.render_line(at.y).crop(at.x, at.x + 1)
                assert strip.text == char
        first = field.wrapped_document.get_offsets(0)[0]
        assert field.wrapped_document.location_to_offset((0, first)) == Offset(0, 1)
