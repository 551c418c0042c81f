"""How thread, post and lounge events and results change the mirror."""

from typing import Any

from bbs.clock import instant
from bbs.features.members.views import SystemAuthor
from bbs.features.threads.messages import (
    LineSaid,
    LineUnsaid,
    LoungeFaded,
    PostEdited,
    PostHeld,
    PostPublished,
    PostsFaded,
    PostWithdrawn,
    ThreadPublished,
    ThreadRetitled,
)
from bbs.features.threads.views import (
    ContentState,
    PostPage,
    PostResult,
    RecentPage,
    Skeleton,
    StartThreadResult,
    ThreadPage,
)
from bbs.ids import COMMONS
from bbs.testing import a_line, a_post, a_thread
from bbs_client.features.threads.state import fold, fold_result
from bbs_client.mirror.changes import (
    BlankThread,
    Fade,
    FadeLounge,
    PutBones,
    PutLine,
    PutPost,
    PutThread,
    Raise,
    RemoveHeld,
)

ABOUT = (f"board:{COMMONS}", 7, instant(0), SystemAuthor())
THREAD = a_thread()
POST = a_post(thread=THREAD.id, number=2)
FIRST = a_post(thread=THREAD.id, number=1)


def held(**fields: Any) -> Any:
    return a_post(thread=THREAD.id, number=None, seq=None, **fields)


def test_a_published_post_is_put_and_raises_its_thread() -> None:
    """A thread reaches to its newest published post, told or fetched (protocol 6.4)."""
    rise = Raise(THREAD.id, 2, POST.visible_at)
    assert fold(PostPublished(post=POST), *ABOUT) == (PutPost(POST), rise)
    assert fold_result(PostResult(post=POST)) == (PutPost(POST), rise)
    begun = (PutThread(THREAD), PutPost(FIRST), Raise(THREAD.id, 1, FIRST.visible_at))
    assert fold(ThreadPublished(thread=THREAD, post=FIRST), *ABOUT) == begun
    assert fold_result(StartThreadResult(thread=THREAD, post=FIRST)) == begun


def test_a_mail_raises_its_thread_by_when_it_was_written() -> None:
    """A thread's newest moment is not that of an import; the mirror is told both (P1)."""
    mail = a_post(thread=THREAD.id, number=2, at=instant(5), visible_at=instant(9), imported=True)
    rise = Raise(THREAD.id, 2, instant(9), instant(5))
    assert fold(PostPublished(post=mail), *ABOUT) == (PutPost(mail), rise)


def test_edits_and_titles_are_put() -> None:
    """An edit replaces the words, a new title the title."""
    assert fold(PostEdited(post=POST), *ABOUT) == (PutPost(POST),)
    assert fold(ThreadRetitled(thread=THREAD), *ABOUT) == (PutThread(THREAD),)


def test_withdrawing_the_first_post_takes_the_title() -> None:
    """A title goes with the words of its thread's first post (P10)."""
    gone = a_post(thread=THREAD.id, number=1, body=None, state=ContentState.WITHDRAWN)
    blank = BlankThread(THREAD.id, ContentState.WITHDRAWN)
    assert fold(PostWithdrawn(post=gone), *ABOUT) == (PutPost(gone), blank)
    later = a_post(thread=THREAD.id, number=2, body=None, state=ContentState.WITHDRAWN)
    assert fold(PostWithdrawn(post=later), *ABOUT) == (PutPost(later),)


def test_what_is_withdrawn_while_held_leaves_nothing() -> None:
    """A post withdrawn before it was published leaves no marker (P9)."""
    waiting = held(state=ContentState.HELD)
    assert fold(PostHeld(post=waiting), *ABOUT) == (PutPost(waiting),)
    thread = a_thread(id=THREAD.id, number=None, state=ContentState.HELD)
    told = fold(PostHeld(post=waiting, thread=thread), *ABOUT)
    assert told == (PutThread(thread), PutPost(waiting))
    gone = held(state=ContentState.WITHDRAWN, body=None)
    assert fold(PostHeld(post=gone), *ABOUT) == (RemoveHeld(gone.id, THREAD.id),)
    assert fold_result(PostResult(post=gone)) == (RemoveHeld(gone.id, THREAD.id),)


def test_fading_is_one_range() -> None:
    """One event fades everything that has had its time (P10)."""
    until = instant(5)
    assert fold(PostsFaded(board=COMMONS, until=until), *ABOUT) == (Fade(COMMONS, until),)
    assert fold(LoungeFaded(board=COMMONS, until=until), *ABOUT) == (FadeLounge(COMMONS, until),)


def test_lines_are_put_said_or_taken_back() -> None:
    """A line taken back is put as its marker."""
    line = a_line()
    gone = a_line(id=line.id, body=None, state=ContentState.WITHDRAWN)
    assert fold(LineSaid(line=line), *ABOUT) == (PutLine(line),)
    assert fold(LineUnsaid(line=gone), *ABOUT) == (PutLine(gone),)


def test_pages_are_put_whole() -> None:
    """A page says nothing about what is not on it (protocol 6.4)."""
    assert fold_result(ThreadPage(threads=(THREAD,))) == (PutThread(THREAD),)
    page = PostPage(thread=THREAD, posts=(FIRST, POST))
    assert fold_result(page) == (PutThread(THREAD), PutPost(FIRST), PutPost(POST))
    recent = RecentPage(posts=(POST,), threads=(THREAD,))
    assert fold_result(recent) == (PutThread(THREAD), PutPost(POST))
    shape = Skeleton(thread=THREAD, bones=())
    assert fold_result(shape) == (PutThread(THREAD), PutBones(THREAD.id, COMMONS, ()))
