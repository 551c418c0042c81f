"""The page of settings: ← and → change one at once, and it is kept in the file."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from bbs_client.keys import key_of
from bbs_client.session.session import Session
from bbs_client.setting_rows import GROUPS, YES_NO, Setting
from bbs_client.settings import settings_path
from bbs_client.tui.choices import ThemeChoice, keymap_choice
from bbs_client.tui.program import ScreenProgram
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.page import Page
from bbs_client.widgets.rows import Row, aligned, frame

VALUE_COLUMN = 24
SEEN = Setting("seen", "seen as here", "off looks like absent; until you quit", YES_NO)
"""The one that is no line of the file: everybody begins unseen (P11)."""

_BY_LIST = {"theme", "keys"}


class SettingList(BlockView):
    """A row for each setting, under the headings; the one under the cursor shows that it turns."""

    def __init__(self, session: Session) -> None:
        """Make the list.

        Args:
            session: The session with the settings.
        """
        super().__init__()
        self._session = session
        self._headings: dict[str, str] = {}
        self.rows: dict[str, Setting] = {}
        for heading, settings in GROUPS.items():
            extra = (SEEN,) if settings is list(GROUPS.values())[-1] else ()
            for setting in (*extra, *settings):
                self.rows[setting.name] = setting
            self._headings[next(iter((*extra, *settings))).name] = heading

    def on_mount(self) -> None:
        """Show them."""
        self.set_keys(self.rows)

    def value(self, setting: Setting) -> str:
        """Return the value that a setting has now."""
        if setting is SEEN:
            return "on" if self._session.connection.visible else "off"
        value = str(getattr(self._session.settings, setting.name))
        return value or (self.app.theme if setting.name == "theme" else value)

    def cursor_moved(self) -> None:
        """Show which one turns."""
        self.redraw(self.keys)

    def rows_before(self, index: int) -> int:
        """Return the rows of the heading."""
        return len(list(self._heading(index)))

    def rows_after(self, index: int) -> int:
        """Return the rows of what is said of all settings, below the last one."""
        return len(self._note(self._inner_width())) if index == len(self.keys) - 1 else 0

    def _heading(self, index: int) -> Iterator[Row]:
        heading = self._headings.get(self.keys[index])
        if heading is not None and index:
            yield frame(Content(""))
        if heading is not None:
            yield Row(Content.styled(heading, "strong"))

    def _note(self, width: int) -> list[Row]:
        says = (
            f"Kept on this device, in {settings_path().name}. Nothing here is sent to the server"
            f" but “{SEEN.label}”."
        )
        return [frame(Content("")), *map(Row, Content.styled(says, "dim").wrap(width))]

    def draw(self, index: int, width: int) -> list[Row]:
        """Return a setting, below its heading."""
        setting = self.rows[self.keys[index]]
        value = self.value(setting)
        here = index == self.cursor
        left = Content.assemble(
            f"{setting.label:<{VALUE_COLUMN - 2}}",
            ("‹ " if here else "  ", "act"),
            setting.describe(value),
            (" ›" if here else "", "act"),
        )
        key = f"  {key_of(setting.action)}" if setting.action else ""
        says = f"{setting.explain(value)}{key}"
        if left.cell_length + len(says) + 2 > width:
            says = key.strip()
        row = Row(aligned(left, says, width), is_spread=True)
        after = self._note(width) if index == len(self.keys) - 1 else ()
        return [*self._heading(index), row, *after]


class SettingsPage(Page[None]):
    """All settings of this device, and whether other members see the reader as here."""

    # Elsewhere ← and → go out and in.
    BINDINGS: ClassVar[list[BindingType]] = [
        ("left", "lower_it"), ("right", "raise_it"), ("r", "reset")
    ]  # fmt: skip
    extra_keys = (("← →", "change"), ("Enter", "choose from list"), ("r", "as it was"))

    def __init__(self, session: Session, program: ScreenProgram) -> None:
        """Show the settings.

        Args:
            session: The session with the settings, which may be seen as here.
            program: What changes and keeps them.
        """
        self._list = SettingList(session)
        super().__init__(session, "Settings", self._list)
        self._program = program

    def action_raise_it(self) -> None:
        """Take the next value."""
        self._turn(1)

    def action_lower_it(self) -> None:
        """Take the value before."""
        self._turn(-1)

    def chosen(self, key: str) -> None:
        """Choose from a list where there are many values; else take the next one."""
        setting = self._list.rows[key]
        if key == "theme":
            choice, before = ThemeChoice(self.app.theme), self.app.theme
            self.app.push_screen(choice, partial(self._choose, setting, otherwise=before))
        elif key in _BY_LIST:
            self.app.push_screen(keymap_choice(self._list.value(setting)), self._chooser(setting))
        else:
            self._turn(1)

    def action_reset(self) -> None:
        """Give the setting under the cursor the value it has without any choice."""
        setting = self._list.rows[self._list.current or ""]
        if setting is SEEN:
            self._set(setting, "off")
        else:
            self._told(self._program.reset(setting.name))

    def _chooser(self, setting: Setting) -> Callable[[str | None], None]:
        return partial(self._choose, setting, otherwise="")

    def _choose(self, setting: Setting, chosen: str | None, *, otherwise: str) -> None:
        if chosen is not None and chosen != otherwise:
            self._set(setting, chosen)

    def _turn(self, step: int) -> None:
        setting = self._list.rows[self._list.current or ""]
        values = list(setting.offers())
        now = self._list.value(setting)
        at = values.index(now) if now in values else -1
        self._set(setting, values[(at + step) % len(values)])

    def _set(self, setting: Setting, value: str) -> None:
        if setting is SEEN:
            self.session.connection.set_presence(value == "on")
            self._told("")
        else:
            self._told(self._program.set(setting.name, value))

    def _told(self, trouble: str) -> None:
        """Show the settings as they are now, and what could not be kept."""
        if trouble:
            self.notify(trouble, severity="warning", markup=False)
        self._list.redraw(self._list.keys)
