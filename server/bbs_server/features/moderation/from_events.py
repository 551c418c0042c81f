"""Acts of a database that kept none: written once, from the events that told them (P8)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from bbs.clock import Ms, instant
from bbs.features.boards.rules import SETTINGS, WORDS
from bbs.features.members.views import Author, MemberAuthor
from bbs.features.moderation.messages import Act, Change, Thing, ThingKind, Way
from bbs.ids import COMMONS, BoardId
from bbs.powers import Office, Power
from bbs.streams import StreamKind, stream_bounds, stream_parts
from bbs_server.features.moderation import records
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx
from bbs_server.store.meta import find_meta, upsert_meta
from bbs_server.store.texts import RandomSource

BROUGHT = "acts_brought"
"""In `meta`: that the acts of older versions are written."""


class _Told(NamedTuple):
    """An event that may have told an act."""

    stream: str
    seq: int
    at: Ms
    kind: str
    author: str
    data: bytes
    texts: str
    unproven: int


def bring_acts_along(tx: Tx, at: RandomSource) -> None:
    """Write the acts that kept events of earlier versions tell, unless that was done before.

    One transaction, before the server serves: it looks at the events of all boards.
    """
    if find_meta(tx, BROUGHT) is not None:
        return
    upsert_meta(tx, BROUGHT, "1")
    settings: dict[BoardId, dict[str, Any]] = {}
    for told in _told(tx):
        act = _act(tx, at, told, settings)
        if act is not None:
            kept, _ = records.keep_act(tx, at, act)
            event_log.append(tx, told.at, kept, act.author, unproven=bool(told.unproven))


def _told(tx: Tx) -> list[_Told]:
    marks = ",".join("?" * len(_BY_KIND))
    return tx.select(
        _Told,
        f'FROM events WHERE stream COLLATE "binary" > ? AND stream COLLATE "binary" < ? AND kind IN ({marks})'
        ' ORDER BY at, stream COLLATE "binary", seq',
        *(*stream_bounds(StreamKind.BOARD), *_BY_KIND),
    )


def _act(
    tx: Tx, at: RandomSource, told: _Told, settings: dict[BoardId, dict[str, Any]]
) -> Act | None:
    data: dict[str, Any] = msgspec.json.decode(told.data)
    paths = msgspec.json.decode(told.texts, type=dict[str, str])
    bodies = texts.load_bodies(tx, paths.values())
    words = {path: bodies[key] for path, key in paths.items() if key in bodies}
    board = stream_parts(told.stream).owner
    author: Author = msgspec.json.decode(told.author, type=Author)
    blank = Act(
        id=records.new_act_id(at),
        board=board,
        number=1,
        at=instant(told.at),
        method="",
        author=author,
        office=Office.SYSOP,
        thing=Thing(kind=ThingKind.COMMUNITY),
    )
    return _BY_KIND[told.kind](blank, data, words, settings)


Fields = Mapping[str, Any]
_Write = Callable[[Act, Fields, Mapping[str, str], dict[BoardId, dict[str, Any]]], Act | None]


def _board_set(
    act: Act, data: Fields, words: Mapping[str, str], settings: dict[BoardId, dict[str, Any]]
) -> Act | None:
    board = data["board"]["id"]
    if board != act.board:
        return None  # the commons repeats what the board's own stream tells
    said = {name: words.get(f"board.{name}") for name in WORDS}
    now = {name: data["board"].get(name, _DEFAULTS.get(name)) for name in SETTINGS} | said
    before = settings.get(board)
    settings[board] = now
    changes = tuple(_changes(before or {}, now))
    opened = data["board"].get("revision", 1) == 1
    if opened:
        act = replace(act, board=COMMONS, method="boards.open", power=Power.OPEN_BOARD)
        if now["visibility"] != "members":
            changes = tuple(change for change in changes if change.field not in WORDS)
    else:
        office = Office.MODERATOR
        act = replace(act, method="boards.configure", power=Power.CONFIGURE, office=office)
    return replace(act, thing=Thing(kind=ThingKind.BOARD, id=board), changes=changes)


_DEFAULTS = {"visibility": "members", "retention_days": 0, "hold_s": 0}


def _changes(before: Fields, now: Fields) -> Iterator[Change]:
    for name, value in now.items():
        if before.get(name) == value:
            continue
        if name in WORDS:
            yield Change(field=name, said_before=before.get(name), said_after=value)
        else:
            yield Change(field=name, before=before.get(name), after=value)


def _seat(act: Act, data: Fields, *_: Any) -> Act | None:
    member, appointed = data["seat"]["member"], data.get("appointed")
    act = replace(act, thing=Thing(kind=ThingKind.MEMBER), about=member)
    if appointed is not None:
        own = act.author == MemberAuthor(id=member)
        change = Change(field="moderator", before=not appointed, after=appointed)
        return replace(
            act,
            method="boards.appoint",
            power=Power.APPOINT,
            office=Office.MEMBER if own and not appointed else Office.SYSOP,
            changes=(change,),
        )
    if data["seat"]["state"] != "offered":
        return None
    return replace(
        act,
        method="boards.offer_seat",
        power=Power.OFFER_SEAT,
        office=Office.MODERATOR,
        changes=(Change(field="seat", after="offered"),),
    )


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


def _purged(act: Act, data: Fields, words: Mapping[str, str], *_: Any) -> Act | None:
    thread, upto = data.get("thread"), data.get("upto")
    if thread is not None and upto is None:
        return None  # the event of the whole thread came before
    if thread is not None:
        thing = Thing(kind=ThingKind.THREAD, id=thread, count=upto or 1)
    elif data.get("lines"):
        line = data["lines"][0]
        thing = Thing(kind=ThingKind.LINE, id=line["id"], number=line["number"])
    else:
        posts = data["posts"]
        first = posts[0] if posts else {}
        thing = Thing(
            kind=ThingKind.POST,
            id=first.get("id"),
            number=first.get("number"),
            count=len(posts) or 1,
        )
    return replace(
        act,
        method="threads.purge",
        power=Power.PURGE,
        thing=thing,
        norm=data.get("norm"),
        law=words.get("law"),
        reason=words.get("reason"),
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
"""What of an event's fields makes an act, by the event's kind."""
