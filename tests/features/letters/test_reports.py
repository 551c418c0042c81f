"""A report opens a case at the commons with the quoted posts alone (protocol 20.8)."""

import pytest

from bbs import limits
from bbs.errors import BadParams
from bbs.features.boards.seat_messages import Appoint
from bbs.features.cases.messages import CaseWaits, GetCase, ListCases
from bbs.features.cases.views import Case, EntryKind
from bbs.features.letters.messages import LeaveLetter, ReportLetter
from bbs.features.letters.views import LeaveWords, Letter
from bbs.features.threads.erasing_messages import Purge, TextPurged
from bbs.features.threads.messages import EditPost, GetThread, WithdrawPost
from bbs.ids import COMMONS, new_id
from bbs.refusals import Conflict, Gone, NotFound
from bbs.streams import board_stream, desk_stream
from tests.support.letters import letter_between, write
from tests.support.moot import Line, Moot


async def scene(moot: Moot) -> tuple[Line, Line, Line, Letter]:
    """Return two who write to each other, a moderator of the commons, and the letter."""
    ana, ben, warden = [await moot.join(handle) for handle in ("ana", "ben", "warden")]
    await moot.sysop.ask(Appoint(board=COMMONS, member=warden.id))
    await warden.listen(desk_stream(COMMONS))
    return ana, ben, warden, await letter_between(moot, ana, ben)


def report(letter: Letter, *posts: str, clause: int = 1, words: str | None = None) -> ReportLetter:
    return ReportLetter(letter=letter.id, report=new_id(), posts=posts, clause=clause, words=words)


async def case_of(line: Line) -> Case:
    """Return the only case that somebody may handle."""
    (head,) = (await line.ask(ListCases())).cases
    return (await line.ask(GetCase(case=head.id))).case


async def test_moderators_of_the_commons_get_copies_of_the_quoted_posts(moot: Moot) -> None:
    """With their words as they were, and no other word of the letter, nor who reported (20.8)."""
    ana, ben, warden, letter = await scene(moot)
    first = await write(ben, letter, "Quoted canary")
    await write(ana, letter, "Private canary")
    second = await write(ben, letter, "Another quoted canary")
    sent = report(letter, second.id, first.id, words="Please look.")
    await ana.ask(sent)
    await ben.ask(EditPost(post=first.id, body="Reworded"))
    await ben.ask(WithdrawPost(post=second.id))
    await warden.told(CaseWaits)
    case = await case_of(warden)
    assert (case.head.board, case.head.is_letter) == (COMMONS, True)
    assert (case.head.about, case.head.norm, case.head.of_commons) == (ben.id, 1, True)
    assert [copy.body for copy in case.evidence] == ["Quoted canary", "Another quoted canary"]
    assert [(each.kind, each.text, each.by) for each in case.entries] == [
        (EntryKind.REPORTED, "Please look.", None)
    ]
    assert isinstance(await warden.refused(GetThread(thread=letter.thread or "")), NotFound)
    await ben.settle()
    assert b"Private canary" not in warden.sent
    assert letter.id.encode() not in warden.sent
    assert ana.id.encode() not in warden.sent
    assert sent.report.encode() not in ben.sent + warden.sent, "who reports is not told"
    assert not (await ben.ask(ListCases())).cases


async def test_the_newest_post_of_another_says_whom_it_is_about(moot: Moot) -> None:
    """The own words come along to understand the others; of them alone there is no report (20.8)."""
    ana, ben, warden, letter = await scene(moot)
    theirs = await write(ben, letter, "Rude")
    own = await write(ana, letter, "An answer")
    assert isinstance(await ana.refused(report(letter, own.id)), Conflict)
    await ana.ask(report(letter, theirs.id, own.id))
    case = await case_of(warden)
    assert case.head.about == ben.id
    assert [(copy.body, copy.is_context) for copy in case.evidence] == [
        ("Rude", False),
        ("An answer", True),
    ]
    assert isinstance(await ana.refused(report(letter, theirs.id)), Conflict), "reported before"


async def test_the_copies_outlive_the_letter(moot: Moot) -> None:
    """Whatever becomes of it; they end with the case (P10, 20.8)."""
    ana, ben, warden, letter = await scene(moot)
    post = await write(ben, letter, "Quoted canary")
    await ana.ask(report(letter, post.id, words="Reporting canary"))
    for line in (ana, ben):
        await line.ask(LeaveLetter(letter=letter.id, words=LeaveWords.TAKEN))
    await moot.do_jobs("erase ended letters")
    assert (await case_of(warden)).evidence[0].body == "Quoted canary"


@pytest.mark.parametrize("count", [0, limits.REPORT_POSTS_MAX + 1])
async def test_a_report_quotes_a_few_posts(moot: Moot, count: int) -> None:
    """None and too many are refused in one sentence (20.8)."""
    ana, _, _, letter = await scene(moot)
    error = await ana.refused(report(letter, *(new_id() for _ in range(count))))
    assert isinstance(error, BadParams)
    assert error.field == "posts"


async def test_only_what_stands_there_is_reported(moot: Moot) -> None:
    """No post of elsewhere, no words that are gone, no clause that there is not (20.8)."""
    ana, ben, _, letter = await scene(moot)
    post = await write(ben, letter, "Words")
    other = await letter_between(moot, ben, await moot.join("cyd"))
    elsewhere = await write(ben, other, "Elsewhere")
    assert isinstance(await ana.refused(report(letter, elsewhere.id)), NotFound)
    assert isinstance(await ana.refused(report(other, elsewhere.id)), NotFound)
    assert isinstance(await ana.refused(report(letter, post.id, clause=20)), BadParams)
    await ben.ask(WithdrawPost(post=post.id))
    assert isinstance(await ana.refused(report(letter, post.id)), Gone)


async def test_a_purge_by_law_reaches_copies_too(moot: Moot) -> None:
    """A law reaches a letter and its reports, the log shows it, and its record has its time (P8, P10)."""
    ana, ben, warden, letter = await scene(moot)
    post = await write(ben, letter, "Unlawful canary")
    kept = await write(ben, letter, "Kept")
    await ana.ask(report(letter, post.id, kept.id))
    await ana.listen(board_stream(letter.id))
    purge = Purge(post=post.id, law="A law", reason="An order")
    await moot.do_by_delay(moot.sysop, purge)
    (purged,) = await ana.told(TextPurged)
    assert [each.id for each in purged.posts] == [post.id]
    assert [copy.body for copy in (await case_of(warden)).evidence] == [None, "Kept"]
    assert "canary" not in str(await moot.dump())
    for line in (ana, ben):
        await line.ask(LeaveLetter(letter=letter.id, words=LeaveWords.LEFT))
    await moot.do_jobs()
    assert [row for row in (await moot.dump())["acts"] if letter.id in row]
    await moot.do_jobs("erase ended letters")
