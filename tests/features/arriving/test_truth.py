"""What a newcomer was told of guards, held posts and the note equals a fresh fetch (protocol 6.4)."""

from bbs.features.arriving.messages import (
    DeclinePost,
    GetNote,
    GuardChanged,
    ListGuards,
    NoteChanged,
    NoteOpened,
    NoteSaid,
    NoteUnsaid,
    PublishPost,
    SayInNote,
    UnsayInNote,
)
from bbs.features.arriving.views import GuardState
from bbs.features.threads.messages import EditPost, ListHeld, PostHeld, ThreadPublished
from bbs.ids import new_id
from bbs.streams import board_stream, member_stream, note_stream
from tests.features.arriving.newcomers import Place, open_place
from tests.support.moot import Line, Moot
from tests.support.talk import start


async def _live(place: Place, nia: Line) -> None:
    """Let posts wait, be edited, published and declined, and let people talk about them."""
    begun = [await start(nia, place.board, f"Post {count}") for count in range(4)]
    await nia.listen(note_stream(nia.id), cursor=0)
    await nia.ask(EditPost(post=begun[0].post, body="Edited"))
    await nia.ask(SayInNote(note=nia.id, line=new_id(), text="Is it well?"))
    said = await place.host.ask(SayInNote(note=nia.id, line=new_id(), text="It is."))
    await place.desk.ask(PublishPost(board=place.board, post=begun[0].post))
    await place.desk.ask(DeclinePost(board=place.board, post=begun[1].post, norm=1, word="No."))
    await place.host.ask(UnsayInNote(note=nia.id, line=said.line.id))
    for post in (begun[2].post, begun[3].post):
        await place.desk.ask(PublishPost(board=place.board, post=post))


async def test_what_is_told_equals_a_fresh_fetch(moot: Moot) -> None:
    """Folding every event by id and revision gives the guards, the held posts and the note as they are."""
    place = await open_place(moot)
    await place.guard(guard_first_posts=True, guard_pace_s=1)
    moot.clock.jump(seconds=1)
    nia = await place.arrive("nia")
    await nia.listen(member_stream(nia.id), cursor=0)
    await nia.listen(board_stream(place.board))
    await place.guard(guard_pace_s=0)
    await _live(place, nia)
    await nia.told(ThreadPublished, 3)
    await nia.settle()
    guards = {
        (event.guard.board, event.guard.kind): event.guard for event in nia.events(GuardChanged)
    }
    on = tuple(guard for guard in guards.values() if guard.state is GuardState.ON)
    assert on == (await nia.ask(ListGuards())).guards == ()
    page = await nia.ask(GetNote(note=nia.id))
    lines = {
        event.line.id: event.line for event in (*nia.events(NoteSaid), *nia.events(NoteUnsaid))
    }
    assert tuple(lines.values()) == page.lines
    notes = [event.note for event in (*nia.events(NoteOpened), *nia.events(NoteChanged))]
    assert max(notes, key=lambda note: note.revision) == page.note
    told = {event.post.id: event.post for event in nia.events(PostHeld)}
    published = {event.post.id for event in nia.events(ThreadPublished)}
    held = tuple(post for key, post in told.items() if key not in published)
    assert held == (await nia.ask(ListHeld(board=place.board))).posts
