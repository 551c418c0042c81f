"""An action of the reader: its name, keys and help, and the function that runs it."""

from enum import StrEnum

from msgspec import Struct


class KeyScope(StrEnum):
    """Where a key means what the table says."""

    READING = "reading"  # letters are commands
    COMPOSER = "composer"  # letters are letters
    EVERYWHERE = "everywhere"


class HelpGroup(StrEnum):
    """A heading of the help page."""

    MOVING = "Moving about"
    READING = "Reading"
    WRITING = "Writing"
    COMPOSER = "While writing"
    LOOKING = "Looking things up"
    CLIENT = "This program"


class ArgumentKind(StrEnum):
    """What may follow a verb, as help shows it."""

    NOTHING = ""
    POST = "[garden/42/7]"
    PLACE = "[garden or garden/42]"
    MEMBER = "[@member]"
    ANYTHING = "[garden, garden/42 or @member]"
    PEOPLE = "[@member ...]"
    WORDS = "[words]"
    NAME = "[name]"
    FILE = "[folder]"
    PLAN = "[file]"
    LEFT = "[garden or community]"
    CLAIM = "[link]"


TAKES_ANY_WORDS = frozenset(
    {
        ArgumentKind.PEOPLE,
        ArgumentKind.WORDS,
        ArgumentKind.NAME,
        ArgumentKind.FILE,
        ArgumentKind.PLAN,
        ArgumentKind.LEFT,
        ArgumentKind.CLAIM,
    }
)
"""What may be followed by anything, not by an address alone."""


class Action(Struct, frozen=True):
    """One thing a person can do.

    Attributes:
        id: Its stable name: of its key in a keymap, of its verb (with hyphens), of its binding.
        keys: Textual's names of its default keys, the one to show first.
        label: What the footer says, a word or two.
        help: What it does, a sentence.
        group: The heading it stands under.
        context: Where its keys work.
        takes: What may follow its verb.
        also: Other words for its verb, of the shell and of other programs.
        run: What does it, as `module:function` below `bbs_client.actions`; empty where the view
            that has the focus does it itself.
        asks: Whether it may open a dialog: keys typed before that is painted are meant for it.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    group: HelpGroup
    context: KeyScope = KeyScope.READING
    takes: ArgumentKind = ArgumentKind.NOTHING
    also: tuple[str, ...] = ()
    run: str = ""
    asks: bool = False

    @property
    def verb(self) -> str:
        """What is typed for it on the `:` line and in plain mode."""
        return self.id.replace("_", "-")
