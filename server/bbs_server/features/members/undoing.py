"""Why a revoked invitation does not come back, where a batch revoked it (protocol 26)."""

from collections.abc import Mapping
from typing import Any

from bbs.features.members.messages import RevokeInvitation
from bbs.messages import Command
from bbs_server.undoing import Undo, never

UNDO: Mapping[type[Command[Any]], Undo] = {
    RevokeInvitation: never(
        "The server keeps no code: the member who invited makes a new invitation."
    )
}
"""What undoes it."""
