"""Choices of a name from a few: a community of this device, a set of keys, a theme."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from bbs.plural import counted
from bbs_client.keymap import OWN_FILE, choices
from bbs_client.safe_text import safe_line
from bbs_client.settings import settings_path
from bbs_client.theme import PALETTES
from bbs_client.widgets.dialog import Dialog
from bbs_client.widgets.option_list import NamedOptions

if TYPE_CHECKING:
    from bbs_client.communities import CommunityRow

TITLE_COLUMNS = 26
PROFILE_COLUMNS = 24
_KEYS_SAY = {
    "default": "what the help page shows to newcomers",
    "vi": "g and G, ^F ^B ^D ^U, i answers, o begins a thread",
    "irc": "Alt+a goes on, Alt+g goes to, / is the command line",
    "newsreader": "as in tin and slrn: w writes, F answers with a quote",
    OWN_FILE: "your own",
}


class Choice(Dialog[str]):
    """Answers with the name under the cursor."""

    def __init__(
        self,
        heading: str,
        says: Mapping[str, Content | str],
        now: str,
        *,
        note: str = "",
        on_moved: Callable[[str], None] | None = None,
    ) -> None:
        """Make the choice.

        Args:
            heading: What is chosen.
            says: As `NamedOptions` takes it.
            now: The name of what is in force.
            note: What to say below the list; empty for nothing.
            on_moved: As `NamedOptions` takes it.
        """
        super().__init__(Content(heading))
        self._options = NamedOptions(says, now, on_moved)
        self._note = note

    def compose_body(self) -> ComposeResult:
        """Build the list, and what is to be said below it."""
        yield self._options
        if self._note:
            yield Static(Content(self._note), markup=False)

    def chosen(self, key: str) -> None:
        """Answer with it."""
        self.dismiss(key)


class ThemeChoice(Choice):
    """The theme the cursor is on is tried on at once; Esc goes back to the one before."""

    def __init__(self, now: str) -> None:
        """Make the choice; `now` is the name of the theme in force."""
        says = {palette.name: palette.says for palette in PALETTES.values()}
        super().__init__("Theme", says, now, on_moved=self._try_on)
        self._before = now

    def _try_on(self, name: str) -> None:
        self.app.theme = name

    def action_back(self) -> None:
        """Go back to the theme before."""
        self._try_on(self._before)
        super().action_back()


def keymap_choice(now: str) -> Choice:
    """Return the choice of keys: presets of other programs' keys, or the reader's own file."""
    own = settings_path().parent / OWN_FILE
    note = f"Your own: bbs keys > {own}, then change it."
    return Choice("Keys", {name: _KEYS_SAY.get(name, "") for name in choices()}, now, note=note)


def community_choice(rows: "Iterable[CommunityRow]", here: str) -> Choice:
    """Return the choice of the community to go to, with what is new in each, by its profile's name."""
    says = {row.name: _describe(row) for row in rows}
    return Choice("Communities · each with its own session, mirror and drafts", says, here)


def _describe(row: "CommunityRow") -> Content:
    title = Content(safe_line(row.title)).truncate(TITLE_COLUMNS, ellipsis=True, pad=True)
    news, role = ("not here yet", "dim") if row.unread is None else ("nothing new", "dim")
    if row.wrong:
        news, role = safe_line(row.wrong), "error"
    elif row.unread:
        news, role = counted(row.unread, "unread post"), "new"
    # By its profile: communities may call themselves alike.
    profile = Content(safe_line(row.name)).truncate(PROFILE_COLUMNS, ellipsis=True, pad=True)
    return Content.assemble(
        title.stylize("strong"), " ", profile.stylize("name"), " ", (news, role)
    )
