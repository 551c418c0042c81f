"""The settings that a reader changes in the client: their groups, values, and what these mean."""

from collections.abc import Mapping

from msgspec import Struct, field

from bbs_client.keymap import choices
from bbs_client.preferences import ClientSettings
from bbs_client.theme import PALETTES

YES_NO: Mapping[str, str] = {"on": "yes", "off": "no"}


class Setting(Struct, frozen=True):
    """A setting, as it is shown.

    Attributes:
        name: A field of `ClientSettings`.
        label: Its name for people.
        says: What it changes, or what else there is; a few words.
        values: The values it takes, and how each is shown; empty for one with many.
        action: The action whose key changes the same; empty for none.
    """

    name: str
    label: str
    says: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    action: str = ""

    def offers(self) -> Mapping[str, str]:
        """Return the values it takes now, and how each is shown."""
        if self.name == "theme":
            return {name: name for name in PALETTES}
        if self.name == "keys":
            return {name: name for name in choices()}
        return self.values

    def describe(self, value: str) -> str:
        """Return a value as it is shown; a value of the reader's own as it is."""
        return self.offers().get(value, value)

    def explain(self, value: str) -> str:
        """Return a few words about the setting, or about its value."""
        return PALETTES[value].says if self.name == "theme" and value in PALETTES else self.says

    @property
    def default(self) -> str:
        """The value that it has without any choice."""
        return str(getattr(ClientSettings(), self.name))


GROUPS: Mapping[str, tuple[Setting, ...]] = {
    "Looks": (
        Setting("theme", "theme", action="theme"),
        Setting("signs", "signs", "or ASCII: * o | -", {
            "auto": "as the terminal has them", "full": "● ○ │ ─", "ascii": "ASCII",
        }),
        Setting("names", "names in colour", "no: all names bold", YES_NO),
        Setting("banner", "banner on home", "", YES_NO),
        Setting("times", "times", "or ISO: 2026-11-24", {
            "clock": "21:40, Thu, 24 Nov", "iso": "21:40, 2026-11-24",
        }),
    ),
    "Reading": (
        Setting("opens", "begins with", "home, or the boards", {
            "home": "home", "boards": "boards",
        }),
        Setting("threads", "threads open as", "or by time", {
            "tree": "tree", "time": "by time",
        }, action="turn"),
        Setting("margin", "third pane", "from 140 columns on", YES_NO, action="margin"),
        Setting("keys", "keys", "or vi, irc, newsreader", action="keymap"),
        Setting("mouse", "mouse", "no: the terminal selects; from the next start", YES_NO),
    ),
    "Others and you": (
        Setting("notices", "tells you of mentions", "while you look elsewhere", {
            "none": "never", "bell": "bell", "desktop": "note of the desktop",
        }),
    ),
}  # fmt: skip
"""The settings of the file, by the headings they stand under."""
