"""Canary words in letters, and in what is reported, withdrawn, noted or held."""

from bbs.features.cases.hold_messages import HoldCase
from bbs.features.cases.messages import ListCases, NoteInCase
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.cases.views import HoldOf
from bbs.features.letters.messages import ReportLetter
from bbs.features.reading.messages import Search
from bbs.features.threads.messages import Retitle, StartThread, WithdrawPost, WritePost
from bbs.ids import new_id
from tests.server.cast import Cast


async def correspond(cast: Cast) -> None:
    """Write in the letter, and report a post of it."""
    letter, thread = cast.boards["letter"], cast.things["founder", "letter"].thread
    quoted = new_id()
    founder, seated = cast.lines["founder"], cast.lines["seated"]
    await founder.ask(WritePost(thread=thread, post=new_id(), body="canaryletterbody"))
    await founder.ask(Retitle(thread=thread, title="canarylettertitle"))
    await seated.ask(WritePost(thread=thread, post=quoted, body="canaryletterquoted"))
    sent = ReportLetter(
        letter=letter, report=new_id(), posts=(quoted,), clause=1, words="canaryletterreport"
    )
    await founder.ask(sent)


async def report(cast: Cast) -> None:
    """Report words of the private board, which their author withdraws then, and note something."""
    founder, private, post = cast.lines["founder"], cast.boards["private"], new_id()
    await founder.ask(
        StartThread(
            board=private, thread=new_id(), post=post, title="Copied", body="canarywascopied"
        )
    )
    sent = ReportPost(post=post, report=new_id(), norm=1, words="canarycopiedreport")
    await cast.lines["seated"].ask(sent)
    await founder.ask(WithdrawPost(post=post))
    await _hold(cast)
    moderator = cast.lines["moderator"]
    for head in (await moderator.ask(ListCases(board=private))).cases:
        await moderator.ask(NoteInCase(case=head.id, text="canarycopiednote"))


async def _hold(cast: Cast) -> None:
    """Hold words of the private board, which members have read, heard and found before."""
    founder, private, post = cast.lines["founder"], cast.boards["private"], new_id()
    body = "canaryhelduntil"
    start = StartThread(board=private, thread=new_id(), post=post, title="Held", body=body)
    await founder.ask(start)
    assert (await founder.ask(Search(query=body))).found  # the index has it
    await cast.lines["seated"].ask(ReportPost(post=post, report=new_id(), norm=1))
    moderator = cast.lines["moderator"]
    sql = "SELECT id FROM cases WHERE matter = ?"
    case = await cast.moot.read(lambda tx: tx.fetch_value(sql, post))
    hold = HoldCase(case=case, of=(HoldOf.WORDS,), text="canaryheldtextsaid")
    await moderator.ask(hold)
