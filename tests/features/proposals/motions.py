"""What people say to commands that wait, and boards of people who have known one another for long."""

from typing import Any

from bbs.features.boards.messages import ConfigureBoard, GetBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.members.messages import Invite
from bbs.features.members.signing import confirming_text
from bbs.features.proposals.messages import (
    ListProposals,
    ObjectToProposal,
    Proposal,
    SecondProposal,
)
from bbs.ids import BoardId, new_id
from bbs.messages import Command
from bbs.refusals import CommandWaits
from bbs.signatures import to_base64url
from tests.support.moot import Line, Moot
from tests.support.people import secret


def shorter(board: BoardId, **more: Any) -> ConfigureBoard:
    """Return a command by which the board's posts end after a day."""
    return ConfigureBoard(board=board, retention_days=1, **more)


async def retention(line: Line, board: BoardId) -> int:
    """Return after how many days posts end there."""
    return (await line.ask(GetBoard(board=board))).board.retention_days


async def waiting(line: Line, board: BoardId, *, ended: bool = False) -> list[Proposal]:
    """Return what waits on a board."""
    return list((await line.ask(ListProposals(board=board, ended=ended))).proposals)


def second(line: Line, waits: CommandWaits, **fields: Any) -> SecondProposal:
    """Return somebody's agreement."""
    given = {"password": line.person.password, "board": waits.board, "proposal": waits.proposal}
    return SecondProposal(**{**given, **fields})


def oppose(line: Line, waits: CommandWaits, reason: str = "We want to keep it") -> ObjectToProposal:
    """Return somebody's objection."""
    assert waits.proposal is not None
    return ObjectToProposal(
        board=waits.board,
        proposal=waits.proposal,
        reason=reason,
        password=line.person.password,
    )


async def moved(line: Line, command: Command[Any]) -> CommandWaits:
    """Send a command that has to wait."""
    waits = await line.refused(command)
    assert isinstance(waits, CommandWaits), waits
    return waits


async def friends(
    moot: Moot, *handles: str, days: int = 100, **settings: Any
) -> tuple[BoardId, list[Line]]:
    """Return a board, and who sits there beside the sysop; all have known one another for long."""
    lines = [await moot.join(handle) for handle in handles]
    moot.clock.jump(days=days)
    lines = [await back(moot, line) for line in lines]
    await sysop_again(moot)
    board = await moot.board(moot.sysop, "garden", **settings)
    for line in lines:
        await line.ask(TakeSeat(board=board, norms_version=1))
    return board, lines


async def back(moot: Moot, line: Line) -> Line:
    """Return a member's new connection, signed in anew: after months their session is over."""
    again = moot.line(line.person)
    await again.ask(line.person.with_password())
    return again


def token_of(line: Line) -> str:
    """Return the secret of the session of a connection."""
    assert line.caller.session is not None
    return secret(line.caller.session)


async def sysop_again(moot: Moot) -> None:
    """Sign the sysop in anew, with a new invitation for others."""
    moot._sysop = await back(moot, moot.sysop)
    moot.code = secret(new_id())
    await moot.sysop.ask(Invite(invitation=new_id(), code=moot.code, uses=100))


def signed(line: Line, waits: CommandWaits, host: str, nonce: str) -> SecondProposal:
    """Return somebody's agreement, proven with the key of their device."""
    assert waits.proposal is not None
    epoch = line.moot.running.dispatcher.epoch
    said = (SecondProposal.method, waits.proposal)
    text = confirming_text(host, epoch, line.person.handle, nonce, *said)
    signature = to_base64url(line.person.key.sign(text))
    return second(line, waits, password=None, key=line.person.public, signature=signature)
