"""Notes: read by newcomer, host and one desk alone, and gone when they end (protocol 21.5, P10, P11)."""

import pytest

from bbs import limits
from bbs.errors import FolkmootError
from bbs.features.arriving.messages import (
    DeclinePost,
    GetNote,
    ListNotes,
    NoteChanged,
    NoteOpened,
    NoteSaid,
    NoteUnsaid,
    PublishPost,
    SayInNote,
    UnsayInNote,
)
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import Appoint, LeaveSeat, OfferSeat, TakeSeat
from bbs.features.moderation.views import RestrictionKind
from bbs.features.ownership.messages import Export
from bbs.features.threads.messages import WritePost
from bbs.features.threads.views import Approval
from bbs.ids import COMMONS, new_id
from bbs.powers import TOKEN_POWERS
from bbs.refusals import Conflict, NotAllowed, NotFound
from bbs.restricted import Restricted
from bbs.streams import member_stream, note_stream
from tests.features.arriving.newcomers import Place, open_place
from tests.support.erased import files_with
from tests.support.moot import Line, Moot
from tests.support.restricting import restricted
from tests.support.talk import start


@pytest.fixture
async def place(moot: Moot) -> Place:
    """A board whose newcomers' first posts wait."""
    return await open_place(moot, guard_first_posts=True)


async def arrived(place: Place) -> Line:
    """Return a newcomer whose note has just opened."""
    nia = await place.arrive("nia")
    await start(nia, place.board, "Hello")
    return nia


async def anew(place: Place, line: Line) -> Line:
    """Return a member's new connection, signed in again: after weeks their session is over."""
    again = place.moot.line(line.person)
    await again.ask(line.person.with_password())
    return again


async def ended(line: Line) -> None:
    """Wait until a connection is told that a stream is its no more."""
    await line.tape.until(lambda: [e for e in line.ephemerals if e.kind == "stream.ended"])


def saying(newcomer: Line, text: str, line: str = "") -> SayInNote:
    """Return a line for a newcomer's note."""
    return SayInNote(note=newcomer.id, line=line or new_id(), text=text)


async def test_three_read_a_note_and_nobody_else(place: Place) -> None:
    """Newcomer, host and desk talk; to the commons' desk, the sysop and tokens there is no note."""
    nia = await arrived(place)
    readers = (nia, place.host, place.desk)
    for reader in readers:
        state = (await reader.listen(note_stream(nia.id)))[note_stream(nia.id)]
        assert state.state != "gone"
    for reader in readers:
        await reader.ask(saying(nia, f"From {reader.person.handle}"))
    for reader in readers:
        texts = [event.line.text for event in await reader.told(NoteSaid, 3)]
        assert texts == ["From nia", "From hal", "From vera"]
        page = await reader.ask(GetNote(note=nia.id))
        assert [line.text for line in page.lines] == texts
        assert (await reader.ask(ListNotes())).notes == (page.note,)
    other = await place.arrive("olga")
    for outsider in (place.warden, place.moot.sysop, other):
        for request in (GetNote(note=nia.id), saying(nia, "Psst")):
            nothing = await outsider.refused(request)
            missing = await outsider.refused(GetNote(note=outsider.id))
            assert isinstance(nothing, NotFound)
            assert str(nothing) == str(missing)
        assert (await outsider.ask(ListNotes())).notes == ()
        states = await outsider.listen(note_stream(nia.id))
        assert states[note_stream(nia.id)].state == "gone"
    token = await place.moot.with_token(place.desk, sorted(TOKEN_POWERS))
    assert isinstance(await token.refused(GetNote(note=nia.id)), NotAllowed)
    assert (await token.listen(note_stream(nia.id)))[note_stream(nia.id)].state == "gone"


async def test_a_line_is_written_once(place: Place) -> None:
    """The same line sent again changes nothing; its id is nobody else's (P12)."""
    nia = await arrived(place)
    line = new_id()
    await nia.listen(note_stream(nia.id))
    first = await nia.ask(saying(nia, "Once", line))
    assert (await nia.ask(saying(nia, "Once", line))) == first
    assert isinstance(await place.host.refused(saying(nia, "Mine", line)), Conflict)
    assert len((await nia.ask(GetNote(note=nia.id))).lines) == 1
    for text in ("two\nlines", "x" * (limits.NOTE_LINE_CHARS_MAX + 1)):
        assert isinstance(await nia.refused(saying(nia, text)), FolkmootError)


async def test_a_note_has_a_bound_and_tells_a_decision_beyond_it(place: Place) -> None:
    """A full note takes no more talk, and still tells why a post was declined (P7)."""
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "Hello")
    sql = "UPDATE notes SET lines = ? WHERE newcomer = ?"
    await place.moot.change(lambda tx: tx.execute(sql, limits.NOTE_LINES_MAX, nia.id))
    assert "no more" in str(await nia.refused(saying(nia, "One more")))
    await place.desk.ask(DeclinePost(board=place.board, post=begun.post, word="Not here."))
    assert [line.text for line in (await nia.ask(GetNote(note=nia.id))).lines] == ["Not here."]


async def test_who_leaves_the_desk_reads_no_more(place: Place) -> None:
    """Whoever moderates now reads a note: a new moderator does, a former moderator does not (P11)."""
    nia = await arrived(place)
    stream = note_stream(nia.id)
    await place.desk.listen(stream)
    await place.desk.ask(Appoint(board=place.board, member=place.host.id))
    successor = await place.arrive("sue")
    await place.desk.ask(Appoint(board=place.board, member=successor.id))
    assert (await successor.ask(ListNotes())).notes
    await place.desk.ask(Appoint(board=place.board, member=place.desk.id, moderator=False))
    await ended(place.desk)
    assert isinstance(await place.desk.refused(GetNote(note=nia.id)), NotFound)


async def test_who_is_suspended_hears_no_note(place: Place) -> None:
    """A suspension from the community ends what its member hears of a note, at once (P7)."""
    nia = await arrived(place)
    await place.host.listen(note_stream(nia.id))
    await restricted(place.moot, RestrictionKind.SUSPENDED, COMMONS, place.host)
    await ended(place.host)
    assert isinstance(await place.host.refused(GetNote(note=nia.id)), Restricted)
    states = await (await anew(place, place.host)).listen(note_stream(nia.id))
    assert states[note_stream(nia.id)].state == "gone"


async def test_a_host_stops_reading_after_sixty_days(place: Place) -> None:
    """The time of a host ends by itself; the others are told, and the host's devices drop it."""
    nia = await arrived(place)
    stream = note_stream(nia.id)
    place.moot.clock.jump(days=limits.HOST_DAYS - 1)
    nia, host = await anew(place, nia), await anew(place, place.host)
    await nia.listen(stream)
    await host.listen(stream)
    assert (await host.ask(GetNote(note=nia.id))).note.host == place.host.id
    sysop = await anew(place, place.moot.sysop)
    kitchen = await place.moot.board(sysop, "kitchen", guard_first_posts=True)
    await nia.ask(TakeSeat(board=kitchen, norms_version=1))  # so that the note goes on
    await place.moot.do_jobs("end guards")
    place.moot.clock.jump(days=1)
    assert isinstance(await host.refused(GetNote(note=nia.id)), NotFound)
    assert (await nia.ask(GetNote(note=nia.id))).note.host is None
    await place.moot.do_jobs("end guards")
    await nia.tape.until(lambda: any(e.note.host is None for e in nia.events(NoteChanged)))
    await ended(host)


async def test_a_note_ends_with_every_byte(place: Place) -> None:
    """30 days after the last guard it is erased: no table, file or event has a word of it (P10)."""
    nia = await arrived(place)
    stream = note_stream(nia.id)
    await nia.listen(stream)
    await nia.ask(saying(nia, "canarywordofanote"))
    taken = (await place.host.ask(saying(nia, "canarywordtaken"))).line
    await place.host.ask(UnsayInNote(note=nia.id, line=taken.id))
    [unsaid] = await nia.told(NoteUnsaid)
    assert (unsaid.line.text, unsaid.line.withdrawn) == (None, True)
    assert isinstance(await nia.refused(UnsayInNote(note=nia.id, line=taken.id)), NotFound)
    place.moot.clock.jump(days=limits.GUARD_DAYS)
    await place.moot.do_jobs("end guards")
    ends = (await nia.ask(GetNote(note=nia.id))).note.ends_at
    assert ends is not None
    place.moot.clock.jump(days=limits.NOTE_DAYS - 1)
    await place.moot.do_jobs("erase notes", "forget guards")
    nia = await anew(place, nia)
    await nia.listen(stream)
    assert (await nia.ask(GetNote(note=nia.id))).lines
    place.moot.clock.jump(days=1, seconds=1)
    assert isinstance(await nia.refused(GetNote(note=nia.id)), NotFound)
    assert (await nia.ask(ListNotes())).notes == ()
    await place.moot.do_jobs("erase notes", "forget guards")
    await ended(nia)
    dump = await place.moot.dump()
    assert not [table for table in ("notes", "note_lines", "guards") if dump[table]]
    assert not [row for row in dump["events"] if stream in row]
    await place.moot.running.dispatcher.store.run_maintenance()
    assert files_with(place.moot.folder, ["canarywordofanote", "canarywordtaken"]) == {}


async def test_a_note_stays_while_any_guard_is_on(place: Place) -> None:
    """Its end is known with the last guard, on whichever board; a later guard takes it back."""
    nia = await place.arrive("nia")
    await nia.listen(note_stream(nia.id))
    for count in range(3):
        begun = await start(nia, place.board, f"Post {count}")
        await place.desk.ask(PublishPost(board=place.board, post=begun.post))
    note = (await nia.ask(GetNote(note=nia.id))).note
    assert note.ends_at is not None
    kitchen = await place.moot.board(place.moot.sysop, "kitchen", guard_first_posts=True)
    await nia.ask(TakeSeat(board=kitchen, norms_version=1))
    await start(nia, kitchen, "Hello, kitchen")
    again = (await nia.ask(ListNotes())).notes
    assert [(each.board, each.post, each.ends_at) for each in again] == [
        (place.board, note.post, None)
    ]
    assert isinstance(await place.moot.sysop.refused(GetNote(note=nia.id)), NotFound)
    assert not nia.events(NoteOpened)  # it was there before its stream was heard


async def test_an_export_has_ones_own_lines(place: Place) -> None:
    """The export has the note and one's own lines in it, and no words of others (P9, P11)."""
    nia = await arrived(place)
    await nia.ask(saying(nia, "canaryofnia"))
    await place.host.ask(saying(nia, "canaryofhal"))
    place_of: str | None = None
    sent = len(nia.answers)
    while True:
        page = await nia.ask(Export(after=place_of))
        place_of = page.next_after
        if place_of is None:
            break
    exported = b"".join(nia.answers[sent:])
    assert b"canaryofnia" in exported
    assert b"canaryofhal" not in exported
    assert COMMONS.encode() in exported


async def test_a_note_tells_nobody_of_a_private_board(place: Place) -> None:
    """Host and desk of another board read nothing of it, and its newcomer reads why all the same (P8)."""
    moot = place.moot
    attic = await moot.board(
        moot.sysop, "attic", visibility=Visibility.PRIVATE, guard_first_posts=True
    )
    nia, lone = await arrived(place), await place.arrive("lone")
    for line in (nia, lone):
        await moot.sysop.ask(OfferSeat(board=attic, member=line.id))
        await line.ask(TakeSeat(board=attic, norms_version=1))
    begun = await start(nia, attic, "Secret")
    await place.host.listen(member_stream(place.host.id), note_stream(nia.id))
    await moot.sysop.ask(DeclinePost(board=attic, post=begun.post, word="canaryofanattic"))
    assert [line.text for line in (await nia.ask(GetNote(note=nia.id))).lines] == [
        "canaryofanattic"
    ]
    for reader in (place.host, place.desk):
        assert (await reader.ask(GetNote(note=nia.id))).lines == ()
    await start(lone, attic, "Mine")
    assert (await lone.ask(GetNote(note=lone.id))).note.host is None
    await place.host.settle()
    for word in (attic, begun.post, "canaryofanattic"):
        assert word.encode() not in place.host.sent


async def test_what_waits_behind_a_post_keeps_no_note_open(place: Place) -> None:
    """After the last guard a held thread still holds answers; the note keeps its end (21.5, P10)."""
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "Hello")
    await place.guard(guard_first_posts=False)
    before = (await nia.ask(GetNote(note=nia.id))).note
    assert before.ends_at is not None
    behind = await nia.ask(WritePost(thread=begun.thread, post=new_id(), body="And more"))
    assert behind.post.approval is Approval.BEHIND
    assert (await nia.ask(GetNote(note=nia.id))).note == before


async def test_a_host_without_a_seat_reads_nothing_of_a_board_that_became_private(
    place: Place,
) -> None:
    """From that moment on the host hears and reads the note only with a seat there (21.5, P8)."""
    nia, hal = await arrived(place), place.host
    await hal.listen(note_stream(nia.id))
    await place.guard(visibility=Visibility.PRIVATE)
    await nia.ask(saying(nia, "still for hal"))
    assert [event.line.text for event in await hal.told(NoteSaid)] == ["still for hal"]
    await hal.ask(LeaveSeat(board=place.board))
    await ended(hal)
    await nia.ask(saying(nia, "canaryofnia"))
    await hal.settle()
    assert b"canaryofnia" not in hal.sent
    assert isinstance(await hal.refused(GetNote(note=nia.id)), NotFound)


async def test_a_host_who_has_no_seat_hears_no_more_when_a_board_becomes_private(
    place: Place,
) -> None:
    """The change itself ends what the host hears (21.5, P8)."""
    nia, hal = await arrived(place), place.host
    await hal.ask(LeaveSeat(board=place.board))
    await hal.listen(note_stream(nia.id))
    await place.guard(visibility=Visibility.PRIVATE)
    await ended(hal)
    assert (await hal.ask(ListNotes())).notes == ()
