"""A letter from its request to its end, over real sockets, with two devices (protocol 20)."""

from msgspec.structs import replace

from bbs import limits
from bbs.features.letters.messages import (
    AnswerRequest,
    LeaveLetter,
    LetterChanged,
    LetterNews,
    ListLetters,
    ReportLetter,
    RequestLetter,
)
from bbs.features.letters.views import LeaveWords, LetterState
from bbs.features.reading.messages import Search
from bbs.features.threads.leaving_messages import AuthorLeft
from bbs.features.threads.messages import (
    EditPost,
    ListPosts,
    PostPublished,
    Retitle,
    ThreadPublished,
    WritePost,
)
from bbs.ids import new_id
from bbs.refusals import NotFound
from bbs.streams import board_stream
from bbs_server.store.sqlite.writer import SqliteStore
from tests.support.erased import files_with
from tests.support.voices import Hall

# No two begin alike: the index keeps of a word only where it differs from the one before it.
CANARIES = ("vactitlezq", "wubfirstzq", "xolsecondzq", "yakthirdzq", "zipanswerzq")
CARRY = "carry requests for letters"


async def _cared(hall: Hall) -> None:
    """Let the store do its housekeeping, as it does every hour."""
    store = hall.running.dispatcher.store
    assert isinstance(store, SqliteStore)
    await store.run_maintenance()
    await store.checkpoint()


async def test_a_letter_from_request_to_end(hall: Hall) -> None:
    """Asked, entered, written, taken along, ended: each device is told its part, and nothing stays."""
    ana, ben, cyd = [await hall.join(handle) for handle in ("ana", "ben", "cyd")]
    phone = await hall.phone(ana)
    letter = new_id()
    handles = ("ben", "cyd", "nobody-here")
    await ana.ask(RequestLetter(letter=letter, handles=handles))
    await hall.do_jobs(CARRY)
    (asked,) = await ben.told(LetterChanged)
    assert asked.letter.others == (cyd.id,)
    await cyd.ask(AnswerRequest(letter=letter, accept=False))
    opened = (await ben.ask(AnswerRequest(letter=letter, accept=True))).letter
    for device in (ana, phone):
        told = await device.told(LetterChanged, 2)
        assert [each.letter.state for each in told] == [LetterState.ASKED, LetterState.OPEN]
        assert told[-1].letter == replace(opened, others=())
    assert (opened.asked, opened.others, opened.awaited) == (3, (cyd.id,), 2), "as without a no"
    assert opened.thread is not None

    await ben.listen(letter)
    await ana.ask(Retitle(thread=opened.thread, title=CANARIES[0]))
    first, second = new_id(), new_id()
    await ana.ask(WritePost(thread=opened.thread, post=first, body=CANARIES[1]))
    await ana.ask(EditPost(post=first, body=CANARIES[2]))
    await ana.ask(WritePost(thread=opened.thread, post=second, body=CANARIES[3]))
    await ben.ask(WritePost(thread=opened.thread, post=new_id(), parent=second, body=CANARIES[4]))
    await ben.told(ThreadPublished)
    await ben.told(PostPublished, 2)
    news = await phone.until(lambda: phone.ephemerals(LetterNews)[4:])
    (head,) = (await phone.ask(ListLetters())).heads
    assert head.seq == news[-1].seq
    await phone.community.listen({board_stream(letter): 0})
    await phone.told(PostPublished, 2)
    assert not cyd.ephemerals(LetterNews)
    assert (await cyd.ask(Search(query=CANARIES[2]))).found == ()

    await ana.ask(LeaveLetter(letter=letter, words=LeaveWords.TAKEN))
    assert await ben.told(AuthorLeft)
    await phone.until(lambda: board_stream(letter) in phone.gone())
    assert isinstance(await phone.refused(ListPosts(thread=opened.thread)), NotFound)
    await _cared(hall)
    assert CANARIES[0] not in files_with(hall.folder, CANARIES)["folkmoot.db"]
    hall.clock.jump(days=limits.LEAVING_DAYS)
    await hall.do_jobs("go on with leavings")
    await _cared(hall)
    assert files_with(hall.folder, CANARIES) == {"folkmoot.db": [CANARIES[4]]}
    await ben.ask(LeaveLetter(letter=letter, words=LeaveWords.LEFT))
    await hall.do_jobs("erase ended letters")
    await _cared(hall)
    assert files_with(hall.folder, CANARIES) == {}
    await hall.stop()
    await hall.start()
    assert (await ben.ask(ListLetters())).heads == ()
    assert files_with(hall.folder, CANARIES) == {}


async def test_a_report_outlives_the_words_until_its_case_ends(hall: Hall) -> None:
    """Copies are in the files until 30 days after it, and in none after that (P10, 20.8, 22.2)."""
    ana, ben = await hall.join("ana"), await hall.join("ben")
    letter = new_id()
    await ana.ask(RequestLetter(letter=letter, handles=("ben",)))
    await hall.do_jobs(CARRY)
    opened = (await ben.ask(AnswerRequest(letter=letter, accept=True))).letter
    assert opened.thread is not None
    post = new_id()
    await ben.ask(WritePost(thread=opened.thread, post=post, body=CANARIES[1]))
    await ana.ask(
        ReportLetter(letter=letter, report=new_id(), posts=(post,), clause=1, words=CANARIES[3])
    )
    for voice in (ben, ana):
        await voice.ask(LeaveLetter(letter=letter, words=LeaveWords.TAKEN))
    await hall.do_jobs("erase ended letters")
    await _cared(hall)
    kept = files_with(hall.folder, CANARIES)
    assert kept == {"folkmoot.db": [CANARIES[1], CANARIES[3]]}
    for _ in range(2):  # nobody decides: it is passed on to the sysop, and then over
        hall.clock.jump(hours=limits.DECIDE_HOURS)
        await hall.do_jobs("cases in time")
    await _cared(hall)
    assert files_with(hall.folder, CANARIES) == kept
    hall.clock.jump(days=limits.EVIDENCE_DAYS)
    await hall.do_jobs("erase evidence")
    await _cared(hall)
    assert files_with(hall.folder, CANARIES) == {"folkmoot.db": [CANARIES[3]]}
    hall.clock.jump(days=limits.CASE_DAYS)
    await hall.do_jobs("forget cases")
    await _cared(hall)
    assert files_with(hall.folder, CANARIES) == {}
