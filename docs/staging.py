"""What happens in the sample community for the pictures alone: letters, and a desk where somebody waits."""

import asyncio

from bbs.cli.demo.sample.seed import SampleCommunity
from bbs.features.batches.applying import apply_plan, rehearse_items
from bbs.features.batches.following import follow_batch
from bbs.features.batches.plan_file import make_plan
from bbs.features.batches.views import PlanItem
from bbs.features.boards.application_messages import Apply
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import Appoint, LeaveSeat
from bbs.features.cases.messages import AskPerson, ListCases
from bbs.features.cases.own_messages import AnswerCase
from bbs.features.cases.reporting_messages import ReportLine
from bbs.features.letters.messages import AnswerRequest, LetterChanged, RequestLetter
from bbs.features.threads.hiding_messages import HideLine
from bbs.features.threads.messages import Say, WritePost
from bbs.ids import new_id
from bbs.profiles import Profile
from bbs.sdk.community import connect

FLOOD, FLOOD_LINES = "A flood of advertisements.", 4
LETTERS = ("nkechi", "pilar"), "I have found the missing comb. It was in the sugar."
BOARD, QUESTIONS = "garden", "What do you grow, or want to?\nWho told you about this board?"
APPLICANT, ANSWERS = (
    "tomasz",
    ("Leeks. I left in spring, when the slugs won, and I want to try again.", "Hedda, twice."),
)
REPORTED, REPORTER = "otto", "jun"
WORDS = "Anybody who prunes in June deserves what they get."
REPORT, SAID, ANSWER = (
    "Aimed at me: I asked whether to prune in June.",
    "It reads as if it were said to somebody who asked.",
    "I meant the month. I did not see the question, and I am sorry.",
)


async def write_letters(community: SampleCommunity, profile: Profile) -> None:
    """Let two people ask the visitor for letters; the visitor says yes to the first, who then writes."""
    (first, second), body = LETTERS
    async with connect(profile.url, token=profile.token, listen=True) as visitor:
        for handle in (first, second):
            asking = RequestLetter(letter=new_id(), handles=(profile.handle,))
            await community.people[handle].call(asking)
            async for happened in visitor.events():
                event = getattr(happened, "event", None)
                if isinstance(event, LetterChanged) and event.letter.id == asking.letter:
                    break  # the server carries requests in its own time
            if handle == first:
                answer = AnswerRequest(letter=asking.letter, accept=True)
                opened = (await visitor.call(answer)).letter
                assert opened.thread is not None
                writing = WritePost(thread=opened.thread, post=new_id(), body=body)
                await community.people[first].call(writing)


async def fill_desk(community: SampleCommunity, profile: Profile) -> None:
    """Let somebody ask for a seat, words be reported, and a plan be applied, where the visitor moderates."""
    await hold_desk(community, profile)
    await report_words(community, profile)
    await apply_a_plan(community, profile)


async def hold_desk(community: SampleCommunity, profile: Profile) -> None:
    """Make the visitor a moderator of a board, and let somebody ask for a seat there."""
    board, host = community.boards[BOARD].id, next(iter(community.people.values()))
    await host.call(ConfigureBoard(board=board, questions=QUESTIONS))
    await host.call(Appoint(board=board, member=profile.member))
    applicant = community.people[APPLICANT]
    await applicant.call(LeaveSeat(board=board))
    await applicant.call(Apply(board=board, norms_version=1, answers=ANSWERS))


async def report_words(community: SampleCommunity, profile: Profile) -> None:
    """Let somebody report a line of the visitor's board, and its author answer what the visitor asked."""
    board, author = community.boards[BOARD].id, community.people[REPORTED]
    line = new_id()
    await author.call(Say(board=board, line=line, body=WORDS))
    report = ReportLine(line=line, report=new_id(), norm=1, of_commons=True, words=REPORT)
    await community.people[REPORTER].call(report)
    async with connect(profile.url, token=profile.token) as visitor:
        (case,) = (await visitor.call(ListCases(board=board))).cases
        await visitor.call(AskPerson(case=case.id, text=SAID))
    await author.call(AnswerCase(case=case.id, text=ANSWER))


async def apply_a_plan(community: SampleCommunity, profile: Profile) -> None:
    """Let the visitor hide a flood of lines on their board by one plan; the last line is their own."""
    board = community.boards[BOARD].id
    async with connect(profile.url, token=profile.token) as visitor:
        writers = [community.people[REPORTED]] * FLOOD_LINES + [visitor]
        items = []
        for number, writer in enumerate(writers, 1):
            line = new_id()
            await writer.call(Say(board=board, line=line, body=f"Cheap seeds, number {number}."))
            params = {"line": line, "norm": 1, "of_commons": True, "reason": FLOOD}
            items.append(PlanItem(method=HideLine.method, params=params))
        assert visitor.welcome is not None
        plan = make_plan(
            epoch=visitor.welcome.epoch,
            board=board,
            slug=BOARD,
            reason=FLOOD,
            items=await rehearse_items(visitor.call, board, tuple(items)),
            made_at=visitor.welcome.now,
            nonce=new_id(),
        )
        batch = await apply_plan(visitor.call, plan, profile.member)
        await follow_batch(visitor.call, batch.id, lambda: asyncio.sleep(0.05))
