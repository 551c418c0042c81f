"""Why decisions about held posts do not come back, where a batch made them (protocol 26)."""

from collections.abc import Mapping
from typing import Any

from bbs.features.arriving.messages import DeclinePost, PublishPost
from bbs.messages import Command
from bbs_server.undoing import Undo, never

UNDO: Mapping[type[Command[Any]], Undo] = {
    PublishPost: never(
        "It is published, and members may have read it; hide it by a clause instead."
    ),
    DeclinePost: never("Its author was told, and writes it anew if they like."),
}
"""What undoes each of them."""
