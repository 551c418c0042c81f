"""Find a batch on a command line, by its id or the id's beginning; and what an act or batch touched."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import click

from bbs import limits
from bbs.cli.admin.find_case import only
from bbs.cli.completion_batches import complete_batch
from bbs.cli.context import CliContext
from bbs.errors import BadParams
from bbs.features.batches.following import fetch_items
from bbs.features.batches.messages import GetBatch, ListBatches
from bbs.features.batches.views import Batch, ItemState
from bbs.features.boards.messages import Board
from bbs.features.moderation.messages import GetLog, Thing, ThingKind
from bbs.move_refusals import BoardMoved
from bbs.refusals import NotAllowed, NotFound
from bbs.sdk import lookup

F = TypeVar("F", bound=Callable[..., Any])

_PREFIX_MIN = 4
_is_id = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
_is_prefix = re.compile(f"[0-9a-f-]{{{_PREFIX_MIN},36}}").fullmatch


def _check(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    """Refuse what cannot be the beginning of an id."""
    if _is_prefix(value):
        return value
    raise click.BadParameter(f"name a batch by at least {_PREFIX_MIN} characters of its id")


def batch_argument(function: F) -> F:
    """Give a command the argument BATCH."""
    return click.argument("batch", callback=_check, shell_complete=complete_batch)(function)


async def find_batch(caller: CliContext, text: str) -> Batch:
    """Return the batch whose id is, or begins with, `text`.

    Raises:
        NotFound: If there is none for the caller.
        Conflict: If more than one begins so.
    """
    if _is_id(text):
        return (await caller.community.call(GetBatch(batch=text, limit=1))).batch
    return only(await list_batches(caller, None), text, "batch")


async def list_batches(caller: CliContext, board: Board | None) -> list[Batch]:
    """Return the batches of a board, those begun last first; for None, of all boards in their order.

    Raises:
        NotAllowed: If the caller holds no office on the board that was named.
        BoardMoved: If the board that was named has moved away.
    """
    if board is not None:
        boards = [board]
    else:
        boards = list((await lookup.list_boards(caller.community)).boards)
    found: list[Batch] = []
    for each in boards:
        query = ListBatches(board=each.id, limit=limits.PAGE_ITEMS_MAX)
        try:
            async for page in lookup.pages(caller.community, query):
                found += page.batches
        except (NotAllowed, BoardMoved):
            if board is not None:
                raise
    return found


class Touched(NamedTuple):
    """A thing, and its address; that is empty where it is not known."""

    kind: ThingKind
    id: str
    address: str = ""


async def things_touched(caller: CliContext, board: Board, key: str) -> list[Touched]:
    """Return what an act of a board's log touched, or a batch, in its order.

    Args:
        key: The id of either, or its beginning.

    Raises:
        BadParams: If it cannot be the beginning of an id.
        NotFound: If there is neither on this board.
    """
    if not _is_prefix(key):
        raise BadParams(
            "--act", f"give at least {_PREFIX_MIN} characters of the id of an act or batch"
        )
    batches = [each for each in await list_batches(caller, board) if each.id.startswith(key)]
    if batches:
        _, items = await fetch_items(caller.community.call, only(batches, key, "batch").id)
        things = [
            item.item.found.thing
            for item in items
            if item.state is ItemState.DONE and item.item.found is not None
        ]
    else:
        query = GetLog(board=board.id, limit=limits.PAGE_ITEMS_MAX)
        acts = await lookup.list_acts(caller.community, query)
        things = [
            act.thing for act in acts if act.id.startswith(key) or (act.batch or "").startswith(key)
        ]
    found = [
        Touched(thing.kind, thing.id, _address_of(thing, board.label))
        for thing in things
        if thing is not None and thing.id
    ]
    if not found:
        raise NotFound("act or batch")
    return list(dict.fromkeys(found))


def _address_of(thing: Thing, board: str) -> str:
    if thing.kind is ThingKind.LINE:
        return f"{board}/lounge/{thing.number}"
    if thing.thread is None:
        return ""
    numbers = (number for number in (thing.thread, thing.number) if number is not None)
    return "/".join([board, *map(str, numbers)])
