"""Blocks: whose requests reach a member no more. Nobody but that member learns of one."""

from bbs import limits
from bbs.features.letters.messages import (
    BlockMember,
    BlocksChanged,
    LetterChanged,
    ListBlocks,
    UnblockMember,
)
from bbs.features.letters.rules import AskedState
from bbs.features.letters.views import BlockList
from bbs.refusals import Conflict, LimitReached, NotFound
from bbs.streams import member_stream
from bbs_server.features.letters import records
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Outcome
from bbs_server.store import event_log
from bbs_server.store.api import Tx


def list_blocks(tx: Tx, ctx: Context, query: ListBlocks) -> BlockList:
    """Return whom the actor blocks."""
    own = member_stream(ctx.member)
    return BlockList(members=records.list_blocks(tx, ctx.member), as_of=event_log.heads(tx, [own]))


def block_member(tx: Tx, ctx: Context, command: BlockMember) -> Outcome[BlockList]:
    """Block a member; requests of theirs that wait are gone for the actor alone."""
    if command.member == ctx.member:
        raise Conflict(what="nobody can block themselves")
    if ctx.readers.member(tx, ctx, command.member) is None:
        raise NotFound(what="member")
    before = records.list_blocks(tx, ctx.member)
    if command.member in before:
        return Outcome(BlockList(members=before))
    if len(before) >= limits.BLOCKS_MAX:
        raise LimitReached("members you block", limits.BLOCKS_MAX)
    records.insert_block(tx, ctx.member, command.member)
    own = member_stream(ctx.member)
    gone = []
    for request in records.list_requests(tx, ctx.member, ctx.now):
        letter = records.find_letter(tx, request.letter)
        assert letter is not None
        if letter.asked_by == command.member:
            request = records.update_request(tx, request, AskedState.DECLINED)
            view = records.asked_view(letter, request, ())
            gone.append(AppendEvent(own, LetterChanged(letter=view), letter.id))
    return _changed(tx, ctx, gone)


def unblock_member(tx: Tx, ctx: Context, command: UnblockMember) -> Outcome[BlockList]:
    """End a block; what was asked meanwhile stays unheard."""
    if not records.delete_block(tx, ctx.member, command.member):
        return Outcome(BlockList(members=records.list_blocks(tx, ctx.member)))
    return _changed(tx, ctx, [])


def _changed(tx: Tx, ctx: Context, gone: list[AppendEvent]) -> Outcome[BlockList]:
    members = records.list_blocks(tx, ctx.member)
    told = AppendEvent(member_stream(ctx.member), BlocksChanged(members=members), ctx.member)
    return Outcome(BlockList(members=members), (*gone, told))
