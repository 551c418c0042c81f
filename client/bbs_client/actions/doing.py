"""Something that moderators do, as the box of tending offers it."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from bbs.messages import Command
from bbs_client.actions.forms import FormField
from bbs_client.session.addresses import PlaceKind

Typed = Mapping[str, Any]
"""What stands in each field, by its name: text, or a number."""


class Doing(Struct, frozen=True):
    """Something that moderators do.

    Attributes:
        says: What it does, a sentence.
        done: What is said once it is done, before its address.
        command: Makes the command of what was typed.
        fields: What has to be known beside the reason.
        place: The name of the field in which the address of a thread or a board stands; empty for
            none. The command is made of its id.
        kind: What stands there.
        stays: What is said where only the reason was typed, and so nothing is done; empty where the
            reason is enough.
    """

    says: str
    done: str
    command: Callable[[Typed], Command[Any]]
    fields: tuple[FormField, ...] = ()
    place: str = ""
    kind: PlaceKind = PlaceKind.THREAD
    stays: str = ""
