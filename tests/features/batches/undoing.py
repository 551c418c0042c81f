"""A community as moderators leave it, and what undoes their commands, as a test asks for it."""

from typing import Any, NamedTuple

from msgspec.structs import replace

from bbs.clock import MINUTE_MS
from bbs.features.boards.settings import values_of
from bbs.features.moderation.messages import Act
from bbs.ids import new_id
from bbs.messages import Command, Done
from bbs_server.features.boards import records as board_records
from bbs_server.features.boards import seat_records
from bbs_server.features.members import records as member_records
from bbs_server.features.moderation.records import ActKey, acts_of
from bbs_server.features.norms import records as norms_records
from bbs_server.features.threads import records as thread_records
from bbs_server.handler_api import Context
from bbs_server.outcome import Outcome
from bbs_server.store.api import Tx
from bbs_server.store.proven_time import Moment
from bbs_server.undoing import Undoing, Undone
from tests.support.moot import Line, Moot

WHY = "It was a mistake"


class _Key(NamedTuple):
    id: str


class Snapshot(NamedTuple):
    """A community: seats, restrictions in force, words and their places, settings, norms.

    Attributes:
        posts: Each post by its id: state, words, what it answers, and its thread's title.
        threads: Title, board and pin of each thread, for one that comes back has another id.
    """

    seats: list[Any]
    restrictions: list[Any]
    posts: dict[str, Any]
    lines: dict[str, Any]
    threads: list[Any]
    boards: dict[str, Any]
    norms: dict[str, Any]


async def snapshot(moot: Moot) -> Snapshot:
    """Return a community as it is now."""
    now = moot.clock()

    def look(tx: Tx) -> Snapshot:
        moment = Moment(now, now, now)
        boards = board_records.list_boards(tx)
        posts = thread_records.posts_by_row(tx, _rows(tx), moment)
        threads = thread_records.threads_by_id(tx, _threads(tx), moment)
        lines = [thread_records.get_line(tx, row.id) for row in tx.select(_Key, "FROM lines")]
        return Snapshot(
            seats=sorted(
                (seat.board, seat.member, seat.state, seat.moderator)
                for board in boards
                for seat in seat_records.list_seats(tx, now, board.id)
            ),
            restrictions=tx.fetch_all(
                "SELECT board, thread, member, kind, value, until / ? FROM restrictions"
                " WHERE since <= ? AND (until IS NULL OR until > ?) ORDER BY 1, 2, 3, 4",
                *(MINUTE_MS, now, now),
            ),
            posts={
                post.id: (
                    *(post.state, post.subject, post.body, post.parent),
                    threads[post.thread].title,
                )
                for post in posts
            },
            lines={line.id: (line.state, line.body) for line in lines},
            threads=sorted(
                (each.title or "", each.board, each.pinned) for each in threads.values()
            ),
            boards={board.id: (values_of(board), board.end and board.end.at) for board in boards},
            norms={
                board.id: norms_records.list_clauses(tx, board.id, board.norms_version)
                for board in boards
            },
        )

    return await moot.read(look)


def _rows(tx: Tx) -> list[int]:
    """Return the rows of the posts that are no markers."""
    return [n for (n,) in tx.fetch_all("SELECT n FROM posts WHERE moved_to IS NULL ORDER BY n")]


def _threads(tx: Tx) -> list[str]:
    """Return the threads that lead nowhere else."""
    return [key for (key,) in tx.fetch_all("SELECT id FROM threads WHERE moved_to IS NULL")]


async def _acts(moot: Moot) -> dict[str, Act]:
    """Return every act of every log by its id."""

    def look(tx: Tx) -> dict[str, Act]:
        keys = tx.select(ActKey, "FROM acts")
        acts = [acts_of(tx, key.board, [key.number])[key.number] for key in keys]
        return {act.id: act for act in acts}

    return await moot.read(look)


async def count_acts(moot: Moot) -> int:
    """Return how many acts all logs have."""
    found: int = await moot.read(lambda tx: tx.fetch_value("SELECT count(*) FROM acts"))
    return found


async def what_undoes(moot: Moot, line: Line, done: Command[Any], act: Act) -> Undone:
    """Return what undoes a command, for who asks."""
    found: list[Undone] = []

    def run(tx: Tx, ctx: Context) -> Outcome[Done]:
        assert line.caller.session is not None
        actor = member_records.load_actor(tx, line.caller.session, ctx.moment)
        asked = replace(ctx, actor=actor)
        found.append(ctx.readers.undo[type(done)].find(tx, asked, done, Undoing(act, WHY)))
        return Outcome(Done())

    await moot.running.dispatcher.execute_as_system(run)
    return found[0]


async def applied(moot: Moot, line: Line, command: Command[Any]) -> Act:
    """Carry out a command, without the time that it may have to wait for; return its act."""
    known = await _acts(moot)
    await moot.carried(line.ask(replace(command, op=new_id())))
    found = [act for key, act in (await _acts(moot)).items() if key not in known]
    # Of a thread that goes to another board both boards tell; that of the one that it left is whole.
    own = (
        act
        for act in found
        if act.method == command.method
        and not any(each.field == "from_board" for each in act.changes)
    )
    return next(own)
