"""Choices of a name from a few: a community of this device, a set of keys, a theme, a level."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

from textual.content import Content
from textual.widgets import Static

from bbs.features.reading.views import NotificationLevel
from bbs_client.actions.boards import BEGINNINGS
from bbs_client.keymap import OWN_FILE, choices
from bbs_client.safe_text import safe_line
from bbs_client.settings import settings_path
from bbs_client.theme import PALETTES
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Dialog

if TYPE_CHECKING:
    from bbs_client.communities import CommunityRow

Name = TypeVar("Name", bound=str)

NAME_COLUMNS = 12
COLUMNS_MIN = 16
TITLE_COLUMNS = 26
PROFILE_COLUMNS = 24
_KEYS_SAY = {
    "default": "what the help page shows to newcomers",
    "vi": "g and G, ^F ^B ^D ^U, i answers, o begins a thread",
    "irc": "Alt+a goes on, Alt+g goes to, / is the command line",
    "newsreader": "as in tin and slrn: w writes, F answers with a quote",
    OWN_FILE: "your own",
}
_LEVELS_SAY = {
    NotificationLevel.ALL: "A notice for every post.",
    NotificationLevel.MENTIONS: "A notice where somebody mentions or answers you.",
    NotificationLevel.NONE: "No notices. What is new still waits in your round.",
}


class NamedOptions(BlockView):
    """A row for each name; the current name is marked and selected."""

    def __init__(
        self,
        says: Mapping[str, Content | str],
        now: str,
        on_moved: Callable[[str], None] | None = None,
    ) -> None:
        """Make the list.

        Args:
            says: The meaning of each name, in our own words, in the order of display; as `Content`,
                the whole row, cleaned.
            now: The current name; no row is marked if it is not among them.
            on_moved: Called with the selected name whenever it changes; None for no call.
        """
        super().__init__()
        self._says = says
        self._columns = max(NAME_COLUMNS, *(len(name) + 2 for name in says))
        self._now = now
        self._on_moved = on_moved

    def on_mount(self) -> None:
        """Show the names."""
        self.set_keys(self._says)
        self._fit()
        self.jump(self.keys.index_of(self._now) or 0)

    def on_resize(self) -> None:
        """Be as high as the rows are at this width."""
        super().on_resize()
        self._fit()

    def _fit(self) -> None:
        width = self._inner_width()
        self.styles.height = sum(len(self.draw(at, width)) for at in range(len(self._says)))

    def cursor_moved(self) -> None:
        """Report the selected name."""
        if self._on_moved is not None and self.current is not None:
            self._on_moved(self.current)

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a name."""
        name = self.keys[index]
        mark = "• " if name == self._now else "  "
        says = self._says[name]
        if isinstance(says, Content):
            return [(Content(mark) + says).truncate(width, ellipsis=True)]
        indent = self._columns + len(mark)
        first, *more = Content.styled(says, "dim").wrap(max(COLUMNS_MIN, width - indent))
        head = Content.assemble(mark, (f"{name:<{self._columns}}", "strong"), first)
        return [head, *(Content(" " * indent) + row for row in more)]


class Choice(Dialog[Name], Generic[Name]):
    """Answers with the selected name."""

    def __init__(
        self,
        heading: str,
        says: Mapping[Name, Content | str],
        now: str,
        *,
        note: str = "",
        on_moved: Callable[[str], None] | None = None,
    ) -> None:
        """Make the choice.

        Args:
            heading: The subject of the choice.
            says: As `NamedOptions` takes it.
            now: The current name.
            note: A note below the list; empty for none.
            on_moved: As `NamedOptions` takes it.
        """
        rows = {str(name): row for name, row in says.items()}
        below = [Static(Content(note), markup=False)] if note else []
        super().__init__(Content(heading), NamedOptions(rows, now, on_moved), *below)
        self._names = tuple(says)

    def chosen(self, key: str) -> None:
        """Answer with the selected name."""
        self.dismiss(next(name for name in self._names if name == key))


class ThemeChoice(Choice[str]):
    """The screen shows the selected theme at once; Esc restores the theme before."""

    def __init__(self, now: str) -> None:
        """Make the choice; `now` is the name of the current theme."""
        says = {palette.name: palette.says for palette in PALETTES.values()}
        super().__init__("Theme", says, now, on_moved=self._try_on)
        self._before = now

    def _try_on(self, name: str) -> None:
        self.app.theme = name

    def action_back(self) -> None:
        """Go back to the theme before."""
        self._try_on(self._before)
        super().action_back()


def keymap_choice(now: str) -> Choice[str]:
    """Return the choice of keys: presets of other programs' keys, or the reader's own file."""
    own = settings_path().parent / OWN_FILE
    note = f"Your own: bbs keys > {own}, then change it."
    return Choice("Keys", {name: _KEYS_SAY.get(name, "") for name in choices()}, now, note=note)


def community_choice(rows: "Iterable[CommunityRow]", here: str) -> Choice[str]:
    """Return the choice of the community to go to, with what is new in each, by its profile's name."""
    says = {row.name: _describe(row) for row in rows}
    return Choice("Communities · each with its own session, mirror and drafts", says, here)


def level_choice(board: str, now: NotificationLevel) -> Choice[NotificationLevel]:
    """Return the choice of a board's notification level; other members never learn of it.

    Args:
        board: Its title; cleaned.
        now: The current level.
    """
    return Choice(f"Notices of {board}", _LEVELS_SAY, now)


def beginning_choice() -> Choice[str]:
    """Return the choice of a new board's beginning: a template, or the reader's own text."""
    return Choice("A new board begins with", BEGINNINGS, "")


def _describe(row: "CommunityRow") -> Content:
    title = Content(safe_line(row.title)).truncate(TITLE_COLUMNS, ellipsis=True, pad=True)
    news, role = ("not here yet", "dim") if row.unread is None else ("nothing new", "dim")
    if row.wrong:
        news, role = safe_line(row.wrong), "error"
    elif row.unread:
        news, role = f"{row.unread} new", "new"
    # By its profile, because two communities may have the same name.
    profile = Content(safe_line(row.name)).truncate(PROFILE_COLUMNS, ellipsis=True, pad=True)
    return Content.assemble(
        title.stylize("strong"), " ", profile.stylize("name"), " ", (news, role)
    )
