"""What seat holders are told to govern their board: who is restricted, and counts without people."""

import typing
from datetime import datetime
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS, instant
from bbs.errors import FolkmootError
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.moderation.messages import GetLog
from bbs.features.moderation.numbers_messages import (
    BoardNumbers,
    ClauseCount,
    GetNumbers,
    NumbersResult,
)
from bbs.features.moderation.numbers_rules import has_numbers, whole_months
from bbs.features.moderation.standing_messages import ListRestricted
from bbs.features.moderation.views import RestrictionKind
from bbs.features.threads.hiding_messages import HidePost
from bbs.ids import BoardId, new_id
from bbs.powers import Power
from bbs.wire import registry
from bbs_server.store.api import Tx
from tests.features.moderation.test_acts import returned
from tests.support.moot import Line, Moot
from tests.support.restricting import restricted
from tests.support.talk import start


async def seated(moot: Moot, board: BoardId, *handles: str) -> list[Line]:
    """Return new members with a seat on a board."""
    lines = [await moot.join(handle) for handle in handles]
    for line in lines:
        await line.ask(TakeSeat(board=board, norms_version=1))
    return lines


async def an_act_by_a_clause(moot: Moot, board: BoardId, writer: Line) -> str:
    """Hide words by a clause; return the id of the act, which a restriction may cite."""
    _, post = await start(writer, board, "Words", "against a norm")
    await moot.sysop.ask(HidePost(post=post, norm=1, reason="Because"))
    return (await moot.sysop.ask(GetLog(board=board))).acts[0].id


async def test_seat_holders_read_who_is_restricted_until_it_ends(moot: Moot) -> None:
    """Whom a decision by a clause restricts is named on that board alone, until the end (P7)."""
    board = await moot.board(moot.sysop, "garden")
    ana, ben = await seated(moot, board, "ana", "ben")
    await moot.sysop.ask(TakeSeat(board=board, norms_version=1))
    act = await an_act_by_a_clause(moot, board, ben)
    set_ = await restricted(moot, RestrictionKind.SILENCED, board, ben, act=act, reason="Because")
    [told] = (await ana.ask(ListRestricted(board=board))).members
    assert (told.member, told.restriction.norm, told.restriction.act) == (ben.id, 1, act)
    assert (told.restriction.until, told.restriction.reason) == (set_.until, None)
    moot.clock.jump(days=1)
    ana = await moot.again(ana)
    assert (await ana.ask(ListRestricted(board=board))).members == ()


async def test_holds_and_guards_name_nobody(moot: Moot) -> None:
    """Without a clause nothing is decided: an urgent hold and a newcomer's pace are nobody's to read."""
    board = await moot.board(moot.sysop, "garden")
    ana, ben = await seated(moot, board, "ana", "ben")
    await restricted(moot, RestrictionKind.SILENCED, board, ben)
    await restricted(moot, RestrictionKind.GUARDED, board, ben)
    await restricted(moot, RestrictionKind.PACED, board, reason="A heated week")
    found = await ana.ask(ListRestricted(board=board))
    assert found.members == ()
    assert [(each.kind, each.reason) for each in found.everybody] == [
        (RestrictionKind.PACED, "A heated week")
    ]


async def test_without_a_seat_nobody_reads_a_name(moot: Moot) -> None:
    """Neither readers of the board, nor the sysop and commons moderators without a seat, nor tokens."""
    board = await moot.board(moot.sysop, "garden")
    ana, ben = await seated(moot, board, "ana", "ben")
    await restricted(
        *(moot, RestrictionKind.SUSPENDED, board, ben),
        act=await an_act_by_a_clause(moot, board, ben),
    )
    olga = await moot.join("olga")
    refused = await olga.refused(ListRestricted(board=board))
    assert refused.code == "boards.seat_needed"
    token = await moot.with_token(ana, [Power.READ])
    assert (await token.refused(ListRestricted(board=board))).code == "device_needed"
    upto = len(olga.answers)
    for request in (GetLog(board=board), GetNumbers(board=board), ListRestricted(board=board)):
        try:
            await olga.ask(request)
        except FolkmootError as error:
            assert error.code == "boards.seat_needed"  # noqa: PT017 - some are refused
    assert ben.id.encode() not in b"".join(olga.answers[upto:])


async def crowd(moot: Moot, board: BoardId, count: int) -> list[Line]:
    """Return so many new members with seats."""
    return await seated(moot, board, *(f"person{number}" for number in range(count)))


async def numbers(line: Line, board: BoardId) -> NumbersResult:
    """Return a board's numbers."""
    return await line.ask(GetNumbers(board=board))


async def test_numbers_have_their_base_and_whole_months(moot: Moot) -> None:
    """Reports by clause of so many posts; what is of this month is not counted yet."""
    board = await moot.board(moot.sysop, "garden", seats=40)
    people = await crowd(moot, board, limits.NUMBERS_SEATS_MIN)
    posts = [(await start(each, board, "Words", "more words")).post for each in people[:4]]
    for reporter, post in zip(people[5:8], posts, strict=False):
        await reporter.ask(ReportPost(post=post, report=new_id(), norm=1, words="Look"))
    await people[8].ask(ReportPost(post=posts[0], report=new_id(), norm=1))
    assert (await numbers(people[0], board)).numbers == BoardNumbers()
    moot.clock.jump(days=32)
    reader = await returned(moot, people[0])
    found = (await numbers(reader, board)).numbers
    assert found is not None
    assert (found.posts, found.reports, found.cases) == (4, 4, 3)
    assert found.clauses == (ClauseCount(norm=1, norms_version=1, reports=4),)
    assert found.waiting + found.not_decided == 3


async def test_each_case_counts_once(moot: Moot) -> None:
    """By the time to the first decision, what became of it, and whether a hold was confirmed."""
    board = await moot.board(moot.sysop, "garden", seats=40)
    people = await crowd(moot, board, limits.NUMBERS_SEATS_MIN)
    opened = moot.clock()
    for number in range(6):
        _, post = await start(people[0], board, "Words", f"more words {number}")
        await people[1].ask(ReportPost(post=post, report=new_id(), norm=1))
    became = [
        {"state": "decided", "decided_at": opened + HOUR_MS, "held_at": opened + 1},
        {"state": "closed", "decided_at": opened + 2 * DAY_MS, "ending": "decided"},
        {"state": "closed", "decided_at": opened + 9 * DAY_MS, "ending": "overturned"},
        {"state": "closed", "ending": "let_be", "ended_at": opened + 2 * HOUR_MS},
        {"state": "closed", "ending": "not_decided", "ended_at": opened + 6 * DAY_MS},
        {"held_at": opened + 1},
    ]

    def decide(tx: Tx) -> None:
        for number, columns in enumerate(became, 1):
            for name, value in columns.items():
                sql = f"UPDATE cases SET {name} = ? WHERE board = ? AND number = ?"
                tx.execute(sql, value, board, number)

    await moot.change(decide)
    moot.clock.jump(days=32)
    found = (await numbers(await returned(moot, people[0]), board)).numbers
    assert found is not None
    told = {name: getattr(found, name) for name in BoardNumbers.__struct_fields__}
    assert told | {"clauses": ()} == {
        **{"posts": 6, "reports": 6, "clauses": (), "cases": 6},
        **{"within_day": 2, "within_three_days": 1, "later": 1, "not_decided": 1, "waiting": 1},
        **{"let_be": 1, "decided": 3, "held": 2, "confirmed": 1},
        **{"appealed": 0, "upheld": 0, "overturned": 0},
    }


async def test_a_small_board_has_no_numbers(moot: Moot) -> None:
    """Where everybody knows everybody, a count of one would name somebody."""
    board = await moot.board(moot.sysop, "garden", seats=40)
    people = await crowd(moot, board, limits.NUMBERS_SEATS_MIN - 2)  # who opened it sits there, too
    found = await numbers(people[0], board)
    assert found.numbers is None
    olga = await moot.join("olga")
    assert (await olga.refused(GetNumbers(board=board))).code == "boards.seat_needed"


@given(st.integers(400 * DAY_MS, 2_000_000 * DAY_MS))
def test_whole_months(ms: int) -> None:
    """Twelve months that begin at midnight of a first, and none of which is this month."""
    now = instant(ms)
    since, until = map(instant, whole_months(ms))
    assert until <= now
    assert (until.year, until.month) == (now.year, now.month)
    assert (until.year - since.year) * 12 + until.month - since.month == limits.NUMBERS_MONTHS
    assert {each.day for each in (since, until)} == {1}
    assert {each.time() for each in (since, until)} == {datetime.min.time()}
    assert not has_numbers(5)


NO_COUNTS = frozenset(
    {"as_of", "norm", "norms_version", "norms_accepted", "number", "parent", "position", "revision"}
    | {"next_after", "seconds", "seq", "thread"}
)
"""Integers that name, order or date something: they count nothing that a person did."""

COUNTS_BESIDE_PEOPLE = {
    "Account": {"recovery_codes_left"},  # the member's own
    "Batch": {"count", "done", "refused", "unchanged"},  # of the items of one batch
    "CaseHead": {"reports"},  # of one matter, for its desk
    "Guard": {"posts"},  # the few that end it, for the newcomer and the desk
    "Invitation": {"uses_left"},  # of one invitation, for its maker
    "Letter": {"asked", "awaited"},  # of those in one letter, for them
    "Post": {"edits"},  # of one post
    "Proposal": {"objections", "objections_max"},  # of one command, for those who vote
    "Thread": {"posts"},  # of one thread, by everybody in it
}
"""Counts in a struct that names somebody, none of them of what that person did over time."""

_PEOPLE = {"about", "author", "by", "member", "members", "mover", "newcomer", "reporter"}


def structs_of_the_api() -> dict[type[msgspec.Struct], dict[str, Any]]:
    """Return every struct that a result or an event may contain, with the types of its fields."""
    found: dict[type[msgspec.Struct], dict[str, Any]] = {}

    def walk(kind: Any) -> None:
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in found:
            found[kind] = typing.get_type_hints(kind)
            for name in kind.__struct_fields__:
                walk(found[kind][name])
        for argument in typing.get_args(kind):
            walk(argument)

    for request in registry.REQUESTS.values():
        for base in getattr(request, "__orig_bases__", ()):
            walk(base)
    for event in (*registry.EVENTS.values(), *registry.EPHEMERALS.values()):
        walk(event)
    return found


def test_no_field_of_any_api_counts_what_a_person_did() -> None:
    """Numbers are a board's: no struct that names somebody has a count of theirs (P2)."""
    structs = structs_of_the_api()
    assert {BoardNumbers, ClauseCount, NumbersResult} <= structs.keys()
    for kind, types in structs.items():
        integers = {
            name
            for name in kind.__struct_fields__
            if types[name] is int or int in typing.get_args(types[name])
        }
        if _PEOPLE & set(kind.__struct_fields__):
            allowed = COUNTS_BESIDE_PEOPLE.get(kind.__name__, set())
            assert integers - NO_COUNTS <= allowed, kind
    for kind in (BoardNumbers, ClauseCount, NumbersResult):
        assert not _PEOPLE & set(kind.__struct_fields__)
