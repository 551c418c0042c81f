"""Why an urgent notice does not come back, where a batch gave it (protocol 26)."""

from collections.abc import Mapping
from typing import Any

from bbs.features.community.notice_messages import GiveUrgentNotice
from bbs.messages import Command
from bbs_server.undoing import Undo, never

UNDO: Mapping[type[Command[Any]], Undo] = {
    GiveUrgentNotice: never("It reached everybody there, and they have read it.")
}
"""What undoes it."""
