"""What each part of the reading screen is built on."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bbs_client.shell.panes import Panes
else:
    Panes = object  # MainScreen brings them: each class below a Screen costs a start its time


class Part(Panes):
    """Some of the keys of `MainScreen`, and no Screen itself.

    Textual finds `action_`, `on_` and `watch_` methods here by their names. What it gathers when
    a class of its own is made (`@on`, BINDINGS, DEFAULT_CSS, COMPONENT_CLASSES) would do nothing
    in a part, without a word: it goes into `Panes` or `MainScreen`.
    """
