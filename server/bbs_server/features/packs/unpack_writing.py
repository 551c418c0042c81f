"""Writing a board from its pack, line by line, in slices with a stored place (protocol 29.10)."""

import uuid
from datetime import datetime

import msgspec

from bbs.clock import Ms, to_ms
from bbs.features.boards.settings import values_of
from bbs.features.packs.unpack_messages import BoardUnpacked
from bbs.features.packs.unpack_rules import (
    ENDED_THERE,
    STORED_STATES,
    name_of_author,
    visibility_here,
)
from bbs.features.packs.views import (
    Line,
    PackAct,
    PackAuthor,
    PackNorms,
    PackPost,
    PackSettings,
    PackState,
    PackThread,
)
from bbs.ids import ThreadId
from bbs.streams import board_stream
from bbs_server.features.packs import coming_home, home_records, moved_in
from bbs_server.features.packs import unpack_records as records
from bbs_server.features.packs.unpack_checking import Found, found_of
from bbs_server.features.packs.unpack_records import (
    PackAuthorRow,
    PackLineRow,
    PackRow,
    PackTagRow,
    UnpackingRow,
)
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time
from bbs_server.unpack_lookups import BoardToUnpack, PostToUnpack, ThreadToUnpack

_decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)

_NEEDS_NO_ROW = frozenset(
    {PackState.PUBLISHED, PackState.WITHDRAWN, PackState.FADED, PackState.PURGED}
)
"""The states that a thread or post has here too; of the others, `pack_lines` has what the line said."""


def write_slice(tx: Tx, ctx: Context, row: UnpackingRow) -> tuple[UnpackingRow, list[Effect]]:
    """Write the next lines of a pack; nobody sees what they make.

    The place is stored with the rows: a server that is killed goes on with the next line.
    """
    found = found_of(row)
    effects: list[Effect] = []
    is_home = coming_home.find_away(tx, row.board) is not None
    if row.place == 0 and is_home and coming_home.clear_slice(tx, ctx, row):
        return row, effects
    for data, place in in_time(tx, records.read_lines(tx, row.pack, row.place)):
        line = _decoder.decode(data)
        if isinstance(line, PackThread):
            row = row._replace(thread=line.id)
        effects += _write(tx, ctx, row, found, line, data)
        row = row._replace(place=place)
    return records.update_unpacking(tx, row, place=row.place, thread=row.thread), effects


def _write(
    tx: Tx, ctx: Context, row: UnpackingRow, found: Found, line: Line, data: bytes
) -> list[Effect]:
    match line:
        case PackSettings():
            return [_begin(tx, ctx, row, found)]
        case PackNorms():
            ctx.readers.insert_unpacked_norms(
                tx, ctx, row.board, line.version, to_ms(line.since), line.clauses, line.reason
            )
        case PackThread():
            _write_thread(tx, ctx, row, line)
        case PackAuthor():
            _write_author(tx, ctx, row, found, line)
        case PackPost():
            _write_post(tx, ctx, row, line)
        case PackAct():
            records.insert_act(tx, row.board, data)
            home_records.note_own_act(tx, row.board, found.heading.homes[line.home].key, line.seq)
    return []


def _begin(tx: Tx, ctx: Context, row: UnpackingRow, found: Found) -> AppendEvent:
    coming_home.refuse_board(tx, ctx, row.board, moved=bool(row.moved))
    heading, settings = found.heading, found.settings
    home = heading.homes[-1]
    board = BoardToUnpack(
        id=row.board,
        slug=row.slug,
        former_slugs=list(dict.fromkeys(home.slug for home in heading.homes)),
        settings=values_of(settings.settings),
        opened_at=to_ms(settings.opened_at),
        norms_version=settings.norms_version,
        threads=settings.threads,
        posts=found.posts,
        root=bytes.fromhex(found.digest),
        seqs_after=found.seqs_after,
    )
    ctx.readers.begin_unpacked_board(tx, ctx, board)
    visibility = visibility_here(heading.kind, settings.settings.visibility)
    pack = PackRow(
        board=row.board,
        digest=found.digest,
        kind=heading.kind.value,
        heading=msgspec.json.encode(heading).decode(),
        settings=msgspec.json.encode(settings).decode(),
        signatures=msgspec.json.encode(found.signatures).decode(),
        key=found.key,
        moved=row.moved,
        posts=found.posts,
        visibility=visibility.value,
        seqs_after=found.seqs_after,
    )
    records.insert_pack(tx, pack)
    if row.moved:
        # An office returns with the claim of who held it (31); its tags are over the board's id.
        for number, moderator in enumerate(settings.moderators):
            office = imported_id(row.board, number)  # no thread has the board's id
            tags = [PackTagRow(row.board, row.board, tag, office) for tag in moderator.tags]
            records.insert_tags(tx, tags)
    event = BoardUnpacked(
        board=row.board,
        digest=found.digest,
        pack_kind=heading.kind,
        host=home.host,
        key=home.key,
    )
    return AppendEvent(board_stream(row.board), event, row.board)


def imported_id(thread: ThreadId, number: int) -> str:
    """Return the id of an author of a thread: the same author has another one in each thread. Pure."""
    return str(uuid.uuid5(uuid.UUID(thread), f"author {number}"))


def _imported(thread: ThreadId, number: int | None) -> str | None:
    return None if number is None else imported_id(thread, number)


def _write_thread(tx: Tx, ctx: Context, row: UnpackingRow, line: PackThread) -> None:
    thread = ThreadToUnpack(
        id=line.id,
        board=row.board,
        number=line.number,
        imported=_imported(line.id, line.author),
        title=line.title,
        at=to_ms(line.at),
        state=STORED_STATES[line.state],
        ended_there=ENDED_THERE.get(line.state, ""),
        pinned=line.pinned,
        via=line.via.value,
    )
    ctx.readers.insert_unpacked_thread(tx, ctx, thread)
    if line.state not in _NEEDS_NO_ROW or line.imported or line.moved_to is not None:
        beside = PackLineRow(
            line.id, row.board, line.state.value, int(line.imported), moved_to=line.moved_to
        )
        records.insert_line(tx, beside)


def _write_author(tx: Tx, ctx: Context, row: UnpackingRow, found: Found, line: PackAuthor) -> None:
    thread = row.thread
    assert thread is not None  # the reader lets no author stand before a thread
    key = imported_id(thread, line.number)
    author = PackAuthorRow(
        *(key, row.board, thread, line.number, line.home, line.handle, line.name)
    )
    records.insert_author(tx, author)
    records.insert_tags(tx, [PackTagRow(row.board, thread, tag, key) for tag in line.tags])
    if (name := name_of_author(found.heading, line)) is not None:
        ctx.readers.insert_imported_author(tx, ctx, row.board, key, name)


def _write_post(tx: Tx, ctx: Context, row: UnpackingRow, line: PackPost) -> None:
    thread = row.thread
    assert thread is not None
    fades_at = _ms(line.fades_at)
    state, body, subject = STORED_STATES[line.state], line.body, line.subject
    if body is not None and _has_ended(fades_at, ctx.proven_now):
        state, body, subject = PackState.FADED.value, None, None
    elif body is not None and home_records.has_ended(tx, row.board, line.id):
        # This server knows that its author ended it: it stays so, whatever the pack brings (P10).
        state, body, subject = PackState.WITHDRAWN.value, None, None
        home_records.note_ended_on_the_way(tx, row.board)
        if line.number == 1:
            ctx.readers.end_moved_title(tx, ctx, row.board, thread, tell=False)
    post = PostToUnpack(
        id=line.id,
        board=row.board,
        thread=thread,
        number=line.number,
        parent=line.parent,
        imported=_imported(thread, line.author),
        at=to_ms(line.at),
        visible_at=to_ms(line.visible_at),
        fades_at=fades_at,
        seq=records.seq_of(tx, row.pack, line.id),
        norms_version=line.norms_version or 1,
        subject=subject,
        body=body,
        state=state,
        ended_there=ENDED_THERE.get(line.state, ""),
        edits=line.edits,
        edited_at=_ms(line.edited_at),
        via=line.via.value,
        edited_via=line.edited_via.value,
    )
    ctx.readers.insert_unpacked_post(tx, ctx, post)
    if home_records.is_former(tx, row.board, line.id):
        ended = ctx.readers.take_author_off(tx, ctx, row.board, line.id, tell=False)
        moved_in.settle(tx, ctx, row.board, thread, ended)
    elsewhere = line.norms_version is None
    if line.state not in _NEEDS_NO_ROW or line.imported or elsewhere:
        beside = PackLineRow(
            line.id, row.board, line.state.value, int(line.imported), int(elsewhere)
        )
        records.insert_line(tx, beside)


def _ms(moment: datetime | None) -> Ms | None:
    return None if moment is None else to_ms(moment)


def _has_ended(fades_at: Ms | None, proven_now: Ms) -> bool:
    return fades_at is not None and fades_at <= proven_now
