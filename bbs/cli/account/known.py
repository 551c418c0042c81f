"""What members may know of the community whom it shuts out: nothing is refused, less is named (P7)."""

from bbs.cli.context import CliContext
from bbs.features.boards.messages import Board
from bbs.refusals import NotAllowed
from bbs.restricted import Restricted
from bbs.sdk import lookup
from bbs.sdk.lookup import Members


async def known_boards(caller: CliContext) -> tuple[Board, ...]:
    """Return the boards that the caller may know of; none while they are suspended."""
    try:
        return (await lookup.list_boards(caller.community)).boards
    except (NotAllowed, Restricted):
        return ()


async def known_members(caller: CliContext) -> Members:
    """Return the members whom the caller may know of; nobody while they are suspended."""
    try:
        return await lookup.list_members(caller.community)
    except (NotAllowed, Restricted):
        return {}
