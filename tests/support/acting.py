"""Commands carried out for somebody who did not send them: the assembly, the system, a member."""

from typing import Any, Protocol

from bbs.features.members.views import AssemblyAuthor, Author, SystemAuthor
from bbs.messages import Command, Done
from bbs.powers import Office
from bbs_server.app import RunningServer
from bbs_server.handler_api import Context
from bbs_server.outcome import Execution, Outcome
from bbs_server.store.api import Tx

OFFICES: dict[str, tuple[Author, Office]] = {
    "assembly": (AssemblyAuthor(), Office.ASSEMBLY),
    "system": (SystemAuthor(), Office.SYSTEM),
}
"""Who acts without being a member, and in which office."""


class Running(Protocol):
    """A community in a test."""

    running: RunningServer


async def act_as(moot: Running, who: str, command: Command[Any]) -> Execution:
    """Carry out a command for the assembly or the system, as `act_for` does."""
    return await act_for(moot, *OFFICES[who], command)


async def act_for(
    moot: Running, author: Author, office: Office, command: Command[Any]
) -> Execution:
    """Carry out a command for somebody, in a transaction of its own; raise as it is refused."""

    def run(tx: Tx, ctx: Context) -> Outcome[Done]:
        assert ctx.execute_as is not None
        return Outcome(Done(), (ctx.execute_as(tx, ctx, author, office, command),))

    return await moot.running.dispatcher.execute_as_system(run)
