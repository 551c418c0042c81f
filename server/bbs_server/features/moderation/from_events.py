"""Writes the acts of a database of an older version, once, from its events (P8)."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from bbs.clock import Ms, instant
from bbs.features.boards.rules import differences, office_change
from bbs.features.members.views import Author, MemberAuthor
from bbs.features.moderation.messages import Act, Change, Thing, ThingKind
from bbs.ids import COMMONS, BoardId
from bbs.powers import Office, Power, Way
from bbs.streams import StreamKind, stream_bounds, stream_parts
from bbs_server.features.moderation import records
from bbs_server.outcome import draw_id
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx
from bbs_server.store.event_log import EventRow
from bbs_server.store.meta import ACTS_BROUGHT, find_meta, upsert_meta
from bbs_server.store.texts import RandomSource


def bring_acts_along(tx: Tx, at: RandomSource) -> None:
    """Write acts from the events of earlier versions, unless that was done before.

    One transaction, before the server serves, reads the events of all boards. Acts are numbered in
    the order of time. Changes are derived in the order in which they happened.
    """
    if find_meta(tx, ACTS_BROUGHT) is not None:
        return
    upsert_meta(tx, ACTS_BROUGHT, "1")
    known = _Known(tx, {}, {})
    found: list[tuple[Act, Ms, bool]] = []
    for told in sorted(_told(tx), key=_history):
        act = _act(known, at, told)
        if act is not None:
            found.append((act, told.at, bool(told.unproven)))
    for act, when, unproven in sorted(found, key=lambda each: each[1]):
        kept, _ = records.keep_act(tx, at, act)
        event_log.append(tx, when, kept, act.author, unproven=unproven)


class _Known(NamedTuple):
    """The state that the events so far lead to.

    Attributes:
        tx: The transaction in which numbers of threads are read.
        settings: The settings of each board, with the revision.
        moderators: Whether a seat's holder was moderator, by board and member.
    """

    tx: Tx
    settings: dict[BoardId, tuple[int, dict[str, Any]]]
    moderators: dict[tuple[BoardId, str], bool]


def _told(tx: Tx) -> list[EventRow]:
    marks = ",".join("?" * len(_BY_KIND))
    return tx.select(
        EventRow,
        f'FROM events WHERE stream COLLATE "binary" > ? AND stream COLLATE "binary" < ? AND kind IN ({marks})'
        ' ORDER BY stream COLLATE "binary", seq',
        *(*stream_bounds(StreamKind.BOARD), *_BY_KIND),
    )


def _history(told: EventRow) -> tuple[str, int, str, int]:
    """Return an event's place in the history of its board: settings by revision, the rest by seq.

    The commons repeats the settings of listed boards, and keeps them longer than a board that
    forgets soon.
    """
    if told.kind not in ("boards.opened", "boards.configured"):
        return stream_parts(told.stream).owner, 0, told.stream, told.seq
    board = msgspec.json.decode(told.data)["board"]
    own = stream_parts(told.stream).owner == board["id"]
    return board["id"], board.get("revision", 1), "" if own else told.stream, told.seq


def _act(known: _Known, at: RandomSource, told: EventRow) -> Act | None:
    data: dict[str, Any] = msgspec.json.decode(told.data)
    paths = msgspec.json.decode(told.texts, type=dict[str, str])
    bodies = texts.load_bodies(known.tx, paths.values())
    words = {path: bodies[key] for path, key in paths.items() if key in bodies}
    author: Author = msgspec.json.decode(told.author, type=Author)
    blank = Act(
        id=draw_id(at),
        board=stream_parts(told.stream).owner,
        number=1,
        at=instant(told.at),
        method="",
        author=author,
        office=Office.SYSOP,
        thing=Thing(kind=ThingKind.COMMUNITY, id=told.subject),
    )
    return _BY_KIND[told.kind](blank, data, words, known)


Fields = Mapping[str, Any]
_Write = Callable[[Act, Fields, Mapping[str, str], _Known], Act | None]


def _board_set(act: Act, data: Fields, words: Mapping[str, str], known: _Known) -> Act | None:
    board = data["board"]["id"]
    revision = data["board"].get("revision", 1)
    last, before = known.settings.get(board, (0, None))
    if revision <= last:
        return None  # the commons repeats events of the board's own stream
    said = {name: words[path] for name in _WORDS if (path := f"board.{name}") in words}
    now = {name: data["board"].get(name, _DEFAULTS.get(name)) for name in _SETTINGS} | said
    known.settings[board] = revision, now
    thing = Thing(kind=ThingKind.BOARD, id=board)
    if revision == 1:
        where = COMMONS if now["visibility"] == "members" else board
        act = replace(act, board=where, method="boards.open", power=Power.OPEN_BOARD)
        return replace(act, thing=thing, changes=differences({}, now))
    # Settings that no kept event names count as unchanged.
    changed = {name: value for name, value in now.items() if name in (before or {})}
    return replace(
        act,
        board=board,
        method="boards.configure",
        power=Power.CONFIGURE,
        office=Office.MODERATOR,
        thing=thing,
        changes=differences(before or {}, changed),
    )


_WORDS = ("title", "charter")
_SETTINGS = ("visibility", "seats", "retention_days", "lounge_hours", "hold_s")
"""The settings that existed when events reported acts."""

_DEFAULTS = {"visibility": "members", "retention_days": 0, "hold_s": 0}


def _seat(act: Act, data: Fields, words: Mapping[str, str], known: _Known) -> Act | None:
    del words
    seat = data["seat"]
    member, key, own = seat["member"], (act.board, seat["member"]), _is_by(act, seat["member"])
    now = bool(seat.get("moderator")) and seat["state"] == "seated"
    was = known.moderators.get(key, False)
    known.moderators[key] = now
    # The first versions had no event for appointments; for them, only the seat shows it.
    appointed = data.get("appointed", now if now != was else None)
    act = replace(act, thing=Thing(kind=ThingKind.MEMBER), about=member)
    if appointed is not None:
        if appointed and own and seat.get("revision", 1) == 1 and act.board != COMMONS:
            return None  # the member who opens a board moderates it
        left = seat["state"] == "left"
        return replace(
            act,
            method="boards.leave_seat" if left else "boards.appoint",
            power=Power.APPOINT,
            office=Office.MEMBER if own and not appointed else Office.SYSOP,
            changes=(office_change(was=not appointed, now=appointed),),
        )
    if seat["state"] != "offered":
        return None
    return replace(
        act,
        method="boards.offer_seat",
        power=Power.OFFER_SEAT,
        office=Office.MODERATOR,
        changes=(Change(field="seat", after="offered"),),
    )


def _is_by(act: Act, member: str) -> bool:
    return act.author == MemberAuthor(id=member)


def _reset(act: Act, data: Fields, *_: Any) -> Act:
    thing = Thing(kind=ThingKind.MEMBER)
    method = "members.reset"
    return replace(act, method=method, power=Power.RECOVER, thing=thing, about=data["member"])


def _clock(act: Act, data: Fields, *_: Any) -> Act:
    change = Change(field="clock_moved_s", before=data["moved_s"], after=0)
    return replace(act, method="community.confirm_clock", power=Power.CLOCK, changes=(change,))


def _quota(act: Act, data: Fields, *_: Any) -> Act:
    return replace(
        act,
        method="community.allot",
        power=Power.ALLOT,
        thing=Thing(kind=ThingKind.BOARD, id=data["board"]),
        changes=(Change(field="quota_bytes", after=data.get("quota_bytes", 0)),),
    )


def _ending(act: Act, data: Fields, words: Mapping[str, str], *_: Any) -> Act:
    on = data["closing"]["read_only_at"][:10] if "closing" in data else None
    return replace(
        act,
        method="community.close" if on else "community.stay_open",
        power=Power.CLOSE,
        changes=(Change(field="read_only_at", after=on),) if on else (),
        reason=words.get("reason"),
    )


def _restored(act: Act, data: Fields, *_: Any) -> Act:
    changes = (
        Change(field="restored_from", after=data["taken_at"]),
        Change(field="words_may_return", after=data.get("returning", False)),
    )
    return replace(act, method="server.restore", way=Way.MACHINE, changes=changes)


def _purged(act: Act, data: Fields, words: Mapping[str, str], known: _Known) -> Act | None:
    thread, upto = data.get("thread"), data.get("upto")
    if thread is not None and upto is None:
        return None  # the event of the whole thread came before
    return replace(
        act,
        method="threads.purge",
        power=Power.PURGE,
        thing=_purged_thing(act, data, known),
        norm=data.get("norm"),
        law=words.get("law"),
        reason=words.get("reason"),
    )


def _purged_thing(act: Act, data: Fields, known: _Known) -> Thing:
    def number_of(thread: str) -> int | None:
        found: int | None = known.tx.fetch_value("SELECT number FROM threads WHERE id = ?", thread)
        return found

    if (thread := data.get("thread")) is not None:
        kind, count = ThingKind.THREAD, data["upto"]
        return Thing(kind=kind, id=thread, thread=number_of(thread), count=count)
    if data.get("lines"):
        line = data["lines"][0]
        return Thing(kind=ThingKind.LINE, id=line["id"], number=line["number"])
    if not data["posts"]:
        return Thing(kind=ThingKind.THREAD, id=act.thing.id)  # held, and hidden with its thread
    post = data["posts"][0]
    return Thing(
        kind=ThingKind.POST,
        id=post["id"],
        thread=number_of(post["thread"]),
        number=post.get("number"),
        count=len(data["posts"]),
    )


_BY_KIND: Mapping[str, _Write] = {
    "boards.opened": _board_set,
    "boards.configured": _board_set,
    "boards.seat_changed": _seat,
    "members.reset": _reset,
    "community.clock_confirmed": _clock,
    "community.allotted": _quota,
    "community.ending": _ending,
    "community.staying": _ending,
    "community.brought_back": _restored,
    "threads.purged": _purged,
}
"""The function that makes an act from an event's fields, by the event's kind."""
