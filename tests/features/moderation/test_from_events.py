"""Acts older than their record are written from the events that a community still has (P8)."""

import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec

from bbs.clock import Ms, instant
from bbs.features.boards.messages import Board, GetBoard
from bbs.features.boards.seat_messages import ListSeats, Seat, SeatState
from bbs.features.members.views import MemberAuthor, SystemAuthor
from bbs.features.moderation.messages import GetLog
from bbs.ids import COMMONS, BoardId, MemberId, new_id
from bbs.messages import Event
from bbs.streams import board_stream, lounge_stream
from bbs.terminal import act_text
from bbs.testing import a_member
from bbs_server.features.moderation.from_events import bring_acts_along
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx
from bbs_server.store.meta import ACTS_BROUGHT, delete_meta
from tests.support.moot import open_moot

CHANCE = SimpleNamespace(random_bytes=random.Random(7).randbytes)


def told(kind: str, words: tuple[str, ...] = (), **fields: Any) -> Event:
    """Return an event as an earlier version stored it, of which this version has no class."""
    made: Event = msgspec.defstruct(
        "Told",
        [(name, Any) for name in fields],
        bases=(Event,),
        namespace={"kind": kind, "text_paths": words},
        frozen=True,
        kw_only=True,
    )(**fields)
    return made


def old_log(board: Board, seat: Seat, ana: MemberId, other: BoardId) -> list[tuple[BoardId, Event]]:
    """Return what the streams of some boards tell, in the order in which it happened."""
    garden = board.id
    anas = msgspec.structs.replace(seat, member=ana, moderator=False)
    shown = msgspec.to_builtins(msgspec.structs.replace(board, title=None, charter=None))
    daily = shown | {"retention_days": 1, "revision": 2}
    mods = msgspec.structs.replace(anas, moderator=True, revision=2)
    offered = msgspec.structs.replace(anas, state=SeatState.OFFERED)
    end = {"read_only_at": "2027-01-01T00:00:00Z"}
    post = {"id": new_id(), "number": 3, "thread": new_id()}
    shed = shown | {"id": other, "slug": "shed", "revision": 3}
    first = msgspec.structs.replace(anas, revision=3)  # of 0.1.0, which told of no appointment
    line = {"id": new_id(), "number": 8}
    return [
        (garden, told("boards.opened", board=shown)),
        (COMMONS, told("boards.opened", board=shown)),
        (garden, told("boards.seat_changed", seat=seat, appointed=True)),
        (COMMONS, told("boards.configured", board=shed)),
        (COMMONS, told("boards.configured", board=shed | {"seats": 9, "revision": 4})),
        (garden, told("boards.seat_changed", seat=anas)),
        (garden, told("boards.seat_changed", seat=offered)),
        (garden, told("boards.seat_changed", seat=mods, appointed=True)),
        (garden, told("boards.seat_changed", seat=first)),
        (garden, told("boards.seat_changed", seat=msgspec.structs.replace(first, moderator=True))),
        (garden, told("boards.configured", board=daily)),
        (COMMONS, told("boards.configured", board=daily)),
        (garden, told("community.allotted", board=garden, quota_bytes=1_048_576)),
        (garden, told("threads.purged", posts=[post], norm=1, reason=None)),
        (garden, told("threads.purged", posts=[], lines=[line], reason=None)),
        (garden, told("threads.purged", posts=[post], thread=new_id(), upto=9)),
        (garden, told("threads.purged", posts=[post], thread=new_id())),
        (COMMONS, told("members.reset", member=ana)),
        (COMMONS, told("community.clock_confirmed", moved_s=3_600)),
        (COMMONS, told("community.ending", closing=end, reason=None)),
        (COMMONS, told("community.staying", reason=None)),
        (COMMONS, told("community.brought_back", taken_at="2026-01-01T00:00:00Z")),
    ]


def leave_as_before(tx: Tx, now: Ms, events: list[tuple[BoardId, Event]], by: MemberId) -> None:
    """Leave the tables as the earlier version left them."""
    tx.execute("DELETE FROM acts")
    tx.execute("DELETE FROM events")
    tx.execute("DELETE FROM streams")
    delete_meta(tx, ACTS_BROUGHT)
    reason = texts.insert_text(tx, CHANCE, "By order")
    for place, (where, event) in enumerate(events):
        words = {"reason": reason} if hasattr(event, "reason") else {}
        emit = event_log.AppendEvent(board_stream(where), event, where, words)
        event_log.append(tx, now + place, emit, MemberAuthor(id=by))
    aside = told("threads.purged", posts=[], lines=[{"id": new_id(), "number": 8}])
    emit = event_log.AppendEvent(lounge_stream(where), aside, where)
    event_log.append(tx, now, emit, SystemAuthor())


async def test_no_act_of_an_older_version_is_lost(tmp_path: Path) -> None:
    """Each act that the old log told is told, once, with who, when, what and why (P8)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        garden = await moot.board(moot.sysop, "garden")
        board = (await moot.sysop.ask(GetBoard(board=garden))).board
        [seat] = (await moot.sysop.ask(ListSeats(board=garden))).seats
        shed = await moot.board(moot.sysop, "shed")
        events = old_log(board, seat, ana.id, shed)
        now, by = moot.clock(), moot.sysop.id
        await moot.change(lambda tx: leave_as_before(tx, now, events, by))
        for _ in range(2):
            await moot.change(lambda tx: bring_acts_along(tx, CHANCE))
        members = {
            line.id: a_member(id=line.id, handle=name)
            for name, line in (("ana", ana), ("root", moot.sysop))
        }
        log = []
        for where in (garden, COMMONS, shed):
            acts = (await moot.sysop.ask(GetLog(board=where))).acts[::-1]
            assert [act.number for act in acts] == list(range(1, len(acts) + 1))
            log.append([act_text.describe_act(act, members, lambda _: "garden") for act in acts])
        assert [act.at for act in acts] == [instant(now + 3), instant(now + 4)]
        assert log == [
            [
                "@root offered @ana a seat",
                "@root made @ana a moderator",
                "@root ended moderation of @ana",
                "@root made @ana a moderator",
                "@root changed garden: retention: kept, now 1 day",
                "@root changed garden: quota: 1.0 MiB",
                "@root purged a post by norm 1: By order",
                "@root purged the line garden/lounge/8: By order",
                "@root purged the thread (9 posts)",
            ],
            [
                "@root opened the board garden: visibility: members; seats: 40; retention: kept;"
                " lounge: 72 hours; hold: none",
                "@root gave @ana a recovery code",
                "@root confirmed the server's clock: it had moved 60 minutes ahead by itself",
                "@root announced the end of the community: read-only from: 2027-01-01: By order",
                "@root called the end of the community off: By order",
                "somebody at the server's machine restored everything from a backup: as of 2026-01-01T00:00:00Z",
            ],
            # Its own stream has forgotten both; of the first nobody knows what was before.
            ["@root changed garden", "@root changed garden: seats: 40, now 9"],
        ]
