"""The SQL of acts, which are stored apart from the events of their boards (P8)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bbs import limits
from bbs.clock import HOUR_MS, Ms, instant, is_in_force, to_ms
from bbs.features.boards.rules import changes_seat
from bbs.features.members.views import Author, MemberAuthor, SystemAuthor
from bbs.features.moderation.messages import (
    Act,
    ActContent,
    Acted,
    ActRecorded,
    Change,
    GetLog,
    Thing,
    ThingKind,
)
from bbs.features.moderation.naming import (
    READ_NAMES,
    is_told_by_office,
    named_for,
    names_nobody,
    without_leavers,
    without_names,
)
from bbs.ids import COMMONS, BatchId, BoardId, MemberId
from bbs.powers import Office, Power, Way, office_elsewhere, office_for
from bbs.streams import StreamKind, acts_stream, board_stream, stream_prefix
from bbs_server.features.moderation import altered
from bbs_server.handler_api import ActTexts, Context, Told
from bbs_server.outcome import AppendEvent, Did, Effect, draw_id
from bbs_server.store import event_log, leavers, texts
from bbs_server.store.api import Tx
from bbs_server.store.texts import RandomSource


class ActKey(NamedTuple):
    """The key of an act: its board and number."""

    board: BoardId
    number: int


class _Found(NamedTuple):
    number: int
    about: MemberId | None


_BEYOND = 2**53  # no number of an act is as high (`bbs.messages.Number`)


def effects_of_act(tx: Tx, ctx: Context, did: Did) -> list[Effect]:
    """Store the act of a request, and publish it to its board's readers (P8)."""
    request, author = ctx.request, did.author or ctx.author
    assert request is not None
    board = did.board or ctx.board.id
    office, way = _office_and_way(ctx, did.power or request.needs.power, author, board)
    if office is Office.SYSOP and request.needs.power is not Power.ENTER:
        office = Office.VISITOR if _visits(tx, ctx, board) else office
    act = Act(
        id=did.id or ctx.new_id(),
        board=board,
        number=1,
        at=instant(ctx.now),
        power=did.power or request.needs.power,
        method=request.method,
        author=author,
        office=office,
        way=way,
        seconded_by=ctx.seconded_by,
        **{name: getattr(did, name) for name in ActContent.__struct_fields__},
    )
    if ctx.batch is not None and last_act_on(tx, board, ctx.batch) is not None:
        act = replace(act, batch=ctx.batch)  # elsewhere no line tells of the batch, but each act
    facts = ctx.readers.board_facts(tx, act.board)
    by_office = facts is not None and facts.log_by_office and is_told_by_office(act)
    return list(keep_act(tx, ctx, act, by_office=by_office, of_batch=ctx.batch))


def _visits(tx: Tx, ctx: Context, board: BoardId) -> bool:
    """Return whether the actor is on a visit to a board as sysop: what is done there then says so."""
    return any(
        term.board == board
        and term.office is Office.VISITOR
        and is_in_force(ctx.now, term.since, term.until)
        for term in ctx.readers.offices_of(tx, ctx.member)
    )


def _office_and_way(
    ctx: Context, power: Power, author: Author, board: BoardId
) -> tuple[Office, Way]:
    actor = ctx.actor
    if actor is None and ctx.office is not None:
        return ctx.office, Way.SYSTEM
    if actor is None:
        system = isinstance(author, SystemAuthor)
        return (Office.SYSTEM, Way.SYSTEM) if system else (Office.MEMBER, Way.DEVICE)
    find_office = office_for if board == ctx.board.id else office_elsewhere
    office = find_office(power, ctx.offices)
    if office is Office.MEMBER and ctx.office is not None:
        office = ctx.office  # by the office that decided to do it, where another lent the power
    return office, ctx.way or actor.way


def keep_act(
    tx: Tx,
    at: RandomSource,
    act: Act,
    *,
    by_office: bool = False,
    of_batch: BatchId | None = None,
) -> tuple[AppendEvent, AppendEvent]:
    """Store an act under the next number of its board.

    Args:
        act: The act; its number is ignored.
        by_office: Whether readers are told the office in place of who did it. It stays so, whatever
            the board's settings say later.
        of_batch: The batch of whose items it is one: pages show that batch in its place.

    Returns:
        The event that stores it, and the event for the board's readers.
    """
    number = event_log.head(tx, acts_stream(act.board)).seq + 1
    act = replace(act, number=number)
    # In an act about its own author, the name stays: the author's id is in the act anyway.
    about = None if act.author == MemberAuthor(id=act.about or "") else act.about
    salt = None if about is None else at.random_bytes(texts.SALT_BYTES)
    tx.execute(
        "INSERT INTO acts (board, number, id, at, power, norm, norms_version, norms_board, thing,"
        " about, about_salt, by_office, of_batch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(act.board, number, act.id, to_ms(act.at), act.power, act.norm, act.norms_version),
        *(act.norms_board, act.thing.id, about, salt, int(by_office), of_batch),
    )
    words = {path: texts.insert_text(tx, at, text) for path, text in _words(act)}
    mark = altered.mark_of(salt, about)
    kept = ActRecorded(
        act=act if about is None else replace(act, about=None),
        about_digest=mark,
        by_office=by_office,
    )
    told = without_names(act) if by_office else act
    if names_nobody(act):
        told = replace(told, about=None)
    subject = act.thing.id or act.board
    return (
        AppendEvent(acts_stream(act.board), kept, subject, words, act.author),
        AppendEvent(board_stream(act.board), Acted(act=told), subject, words, told.author),
    )


def append_machine_act(
    tx: Tx,
    at: RandomSource,
    now: Ms,
    method: str,
    changes: tuple[Change, ...] = (),
    *,
    unproven: bool = False,
) -> None:
    """Store and publish an act of a person at the server's machine, outside the protocol (P8).

    Args:
        method: The operation's name, such as `server.restore`.
        unproven: Whether `now` comes from a wall clock that is not proven yet.
    """
    act = Act(
        id=draw_id(at),
        board=COMMONS,
        number=1,
        at=instant(now),
        method=method,
        author=SystemAuthor(),
        office=Office.SYSOP,
        thing=Thing(kind=ThingKind.COMMUNITY),
        way=Way.MACHINE,
        changes=changes,
    )
    for event in keep_act(tx, at, act):
        event_log.append(tx, now, event, act.author, unproven=unproven)


def _words(act: Act) -> Iterator[tuple[str, str]]:
    for name in ("law", "reason"):
        if (said := getattr(act, name)) is not None:
            yield f"act.{name}", said
    for place, change in enumerate(act.changes):
        for name in ("said_before", "said_after"):
            if (said := getattr(change, name)) is not None:
                yield f"act.changes.{place}.{name}", said


def list_acts(
    tx: Tx, query: GetLog, member: MemberId | None = None, offices: Collection[Office] = ()
) -> list[Act]:
    """Return what a query asks for and one act more, if there is one, newest first.

    Args:
        member, offices: Who asks, as `naming.named_for` takes it.
    """
    whose = COMMONS if query.of_commons and query.board != COMMONS else ""
    by = None if query.by is None else event_log.stored_author(MemberAuthor(id=query.by))
    reads_names = query.by == member or not READ_NAMES.isdisjoint(offices)
    looks_for = query.norm is not None or query.power is not None or query.of_cases
    takes_each = looks_for and query.batch is None  # the line of a batch says one power and clause
    found = tx.select(
        _Found,
        "FROM acts WHERE board = ? AND number < ? AND at >= ? AND coalesce(norm, 0) ="
        " coalesce(?, norm, 0) AND coalesce(norms_board, '') = coalesce(?, norms_board, '')"
        " AND coalesce(power, '') = coalesce(?, power, '') AND (? = 0 OR power IN ('judge', 'hold'))"
        " AND (? IS NULL OR by_office <= ? AND EXISTS (SELECT 1 FROM events e WHERE e.stream = ?"
        " AND e.seq = acts.number AND e.author = ?)) AND (? = 1 OR coalesce(of_batch, '') = ?"
        " OR ? = '' AND NOT EXISTS (SELECT 1 FROM acts l WHERE l.thing = acts.of_batch AND l.board ="
        " acts.board)) ORDER BY number DESC LIMIT ?",
        *(query.board, query.before or _BEYOND, to_ms(query.since) if query.since else 0),
        *(query.norm, None if query.norm is None else whose, query.power, int(query.of_cases)),
        *(by, int(reads_names), acts_stream(query.board), by, int(takes_each)),
        *(query.batch or "", query.batch or "", query.limit + 1),
    )
    kept = acts_of(tx, query.board, [row.number for row in found], member, offices)
    acts = [(row, kept[row.number]) for row in found if row.number in kept]
    return [
        act if names_nobody(act) else replace(act, about=row.about or act.about)
        for row, act in acts
    ]


def cited_clauses(tx: Tx, board: BoardId) -> Mapping[tuple[int, int], int]:
    """Return how many acts cite a clause of a board, by version of the norms and number.

    Acts of other boards cite it, too: where it holds there, or about words that moved there. The start of
    a batch cites what its items cite, and counts for nothing.
    """
    rows = tx.fetch_all(
        "SELECT norms_version, norm, count(*) FROM (SELECT norms_version, norm, thing FROM acts"
        " WHERE board = ? AND norms_board IS NULL UNION ALL"
        " SELECT norms_version, norm, thing FROM acts WHERE norms_board = ?) cited"
        " WHERE norm IS NOT NULL AND norms_version IS NOT NULL AND (thing IS NULL OR NOT EXISTS"
        " (SELECT 1 FROM acts i WHERE i.of_batch = cited.thing)) GROUP BY norms_version, norm",
        *(board, board),
    )
    return {(version, number): times for version, number, times in rows}


def acts_of(
    tx: Tx,
    board: BoardId,
    numbers: Sequence[int],
    member: MemberId | None = None,
    offices: Collection[Office] = (),
) -> dict[int, Act]:
    """Return acts of a board by their numbers, with their texts, without `about`.

    Args:
        member, offices: Who reads them, as `naming.named_for` takes it; by default everybody.
    """
    kept = event_log.load(tx, acts_stream(board), numbers, ActRecorded)
    told = {
        number: named_for(each.act, member, offices) if each.by_office else each.act
        for number, each in kept.items()
    }
    return without_leavers(told, leavers.gone_members(tx))


def who_acted(tx: Tx, act: str) -> tuple[Author, MemberId | None] | None:
    """Return who did an act and who seconded it, also where the log names offices.

    For rules of who may decide, and never to be shown. None once the log has forgotten the act.
    """
    found = tx.select_one(ActKey, "FROM acts WHERE id = ?", act)
    if found is None:
        return None
    kept = event_log.load(tx, acts_stream(found.board), [found.number], ActRecorded)
    recorded = kept.get(found.number)
    return None if recorded is None else (recorded.act.author, recorded.act.seconded_by)


class _Method(Struct, frozen=True):
    method: str


class _Recorded(Struct, frozen=True):
    act: _Method


_recorded = msgspec.json.Decoder(_Recorded)
_PIECE = 2 * limits.HIDDEN_BY_ONE_MAX  # acts read at once: those that count, and as many restored


def count_hidden_by(tx: Tx, proven_now: Ms, member: MemberId, methods: Collection[str]) -> int:
    """Return how often a member hid words lately, on all boards and however it was sent.

    Above what one person may hide it counts on by one alone: how many more no rule asks, and a batch
    asks for each of its items.

    Args:
        proven_now: The proven time, in ms.
        methods: The commands that count.
    """
    since = proven_now - limits.HIDDEN_BY_ONE_HOURS * HOUR_MS
    author, counted, looked = event_log.stored_author(MemberAuthor(id=member)), 0, 0
    while counted <= limits.HIDDEN_BY_ONE_MAX:
        rows = tx.fetch_all(
            "SELECT e.data FROM acts a JOIN events e ON e.stream = ? || a.board AND e.seq = a.number"
            " WHERE a.power = 'hide' AND a.at > ? AND e.author = ? ORDER BY a.at DESC"
            " LIMIT ? OFFSET ?",
            *(stream_prefix(StreamKind.ACTS), since, author, _PIECE, looked),
        )
        counted += sum(_recorded.decode(data).act.method in methods for (data,) in rows)
        looked += len(rows)
        if len(rows) < _PIECE:
            break
    return min(counted, limits.HIDDEN_BY_ONE_MAX + 1)


def find_act(tx: Tx, act: str) -> Act | None:
    """Return an act by its id, wherever it stands; None once the log has forgotten it."""
    found = tx.select_one(ActKey, "FROM acts WHERE id = ?", act)
    return None if found is None else acts_of(tx, found.board, [found.number]).get(found.number)


def last_act_of_batch(tx: Tx, board: BoardId, batch: BatchId) -> str | None:
    """Return the id of the last act on a board that an item of a batch left; None for none."""
    sql = "SELECT id FROM acts WHERE of_batch = ? AND board = ? ORDER BY number DESC LIMIT 1"
    key: str | None = tx.fetch_value(sql, batch, board)
    return key


def last_act_on(tx: Tx, board: BoardId, thing: str) -> tuple[Act, ActTexts] | None:
    """Return the last act on a thing, and the ids of its texts; None if there is none."""
    sql = "SELECT max(number) FROM acts WHERE thing = ? AND board = ?"
    number: int | None = tx.fetch_value(sql, thing, board)
    if number is None or not (kept := acts_of(tx, board, [number])):
        return None
    [paths] = event_log.texts_of(tx, acts_stream(board), [number])
    return kept[number], paths


def tell_about(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Told]:
    """Write a notice for the member an act is about, unless they are its author."""
    assert isinstance(emit.event, Acted)
    act = emit.event.act
    if names_nobody(act):
        sql = "SELECT about FROM acts WHERE board = ? AND number = ?"
        act = replace(act, about=tx.fetch_value(sql, act.board, act.number))
    if act.about is None or act.author == MemberAuthor(id=act.about):
        return
    seat = (
        ctx.readers.seat(tx, ctx.now, act.board, act.about) if changes_seat(act.changes) else None
    )
    yield Told(member=act.about, board=act.board, act=act, texts=emit.texts, seat=seat)


def unsay_board(tx: Tx, board: BoardId) -> None:
    """Remove a board's texts from the commons' acts, because it is no longer listed."""
    rows = tx.fetch_all("SELECT number FROM acts WHERE thing = ? AND board = ?", board, COMMONS)
    paths = event_log.texts_of(tx, acts_stream(COMMONS), [number for (number,) in rows])
    texts.delete_texts(tx, [key for path in paths for key in path.values()])


def list_ended(tx: Tx, limit: int) -> list[ActKey]:
    """Return up to `limit` acts of which the log has deleted everything."""
    prefix = stream_prefix(StreamKind.ACTS)
    return tx.select(
        ActKey,
        "SELECT a.board, a.number FROM boards b JOIN streams s ON s.stream = ? || b.id"
        " JOIN acts a ON a.board = b.id AND a.number <= s.base_seq LIMIT ?",
        *(prefix, limit),
    )


def delete_act(tx: Tx, key: ActKey) -> None:
    """Delete an act's row."""
    tx.execute("DELETE FROM acts WHERE board = ? AND number = ?", *key)


def list_outworn(tx: Tx, before: Ms, limit: int) -> list[ActKey]:
    """Return up to `limit` acts whose member had no act about them since `before`."""
    return tx.select(
        ActKey,
        "SELECT a.board, a.number FROM acts a WHERE a.about IS NOT NULL AND a.at < ?"
        " AND NOT EXISTS (SELECT 1 FROM acts b WHERE b.about = a.about AND b.at >= ?) LIMIT ?",
        *(before, before, limit),
    )


def forget_name(tx: Tx, key: ActKey) -> None:
    """Erase the member an act was about."""
    sql = "UPDATE acts SET about = NULL, about_salt = NULL WHERE board = ? AND number = ?"
    tx.execute(sql, *key)
