"""What happens in the sample community for the pictures alone: letters, and a desk where somebody waits."""

from bbs.cli.demo.sample.seed import SampleCommunity
from bbs.features.boards.application_messages import Apply
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import Appoint, LeaveSeat
from bbs.features.cases.messages import AskPerson, ListCases
from bbs.features.cases.own_messages import AnswerCase
from bbs.features.cases.reporting_messages import ReportLine
from bbs.features.letters.messages import AnswerRequest, LetterChanged, RequestLetter
from bbs.features.threads.messages import Say, WritePost
from bbs.ids import new_id
from bbs.profiles import Profile
from bbs.sdk.community import connect

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
