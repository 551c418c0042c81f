"""What waits for others on the screen: in a board's head, at home, in the list; a word with the password."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from bbs.errors import Disconnected
from bbs.features.members.views import ImportedAuthor, MemberAuthor
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.proposals.messages import (
    GetProposalWords,
    HiddenWords,
    ListProposals,
    ObjectToProposal,
    Proposal,
    ProposalEnded,
    ProposalList,
    ProposalMoved,
    ProposalResult,
    ProposalState,
    ProposalWords,
    SecondProposal,
    Vote,
    VoteKind,
    WaitsFor,
    WithdrawProposal,
)
from bbs.features.threads.views import ContentState, Post
from bbs.messages import Request
from bbs.powers import Office
from bbs.refusals import CommandWaits, NoSay, SignInFailed
from bbs.streams import board_stream
from bbs.terminal.proposal_text import describe_hidden
from bbs_client.features.proposals.screen import ProposalsPage, WordDialog
from bbs_client.mirror.fold import fold
from bbs_client.safe_text import describe_error
from bbs_client.session.events import ProposalTold
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from bbs_client.widgets.key_bar import KeyBar
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.sample import ANA, BEN, CLEO, GARDEN, NOW, an_app, uid

REASON = "some of us read once a week"


def a_proposal(mover: str = BEN, **more: Any) -> Proposal:
    """Return a command that waits in the garden: its posts are to end after a day."""
    fields = {
        "id": uid(700),
        "board": GARDEN,
        "number": 1,
        "method": "boards.configure",
        "thing": Thing(kind=ThingKind.BOARD, id=GARDEN),
        "changes": (Change(field="retention_days", before=30, after=1),),
        "mover": MemberAuthor(id=mover),
        "office": Office.MODERATOR,
        "moved_at": NOW,
        "until": NOW + timedelta(days=1),
        "way": WaitsFor.DELAY,
        "objections_max": 2,
        "votes": (Vote(member=CLEO, kind=VoteKind.OBJECT, reason="too short"),),
    }
    return Proposal(**{**fields, **more})


def listed(*proposals: Proposal, may: bool = True) -> ProposalList:
    """Return an answer that lists them, to which the reader may say something or not."""
    ids = tuple(each.id for each in proposals) if may else ()
    return ProposalList(
        proposals=proposals, may_second=ids, may_object=ids, as_of={board_stream(GARDEN): 50}
    )


class Server:
    """Answers what the connection is asked, from a list, and keeps the words it was told."""

    def __init__(self, session: Session, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[Request[Any]] = []
        session.online = True
        session.cache.apply(fold(listed(a_proposal())))

    async def call(self, request: Request[Any]) -> Any:
        """Answer with the next of the list, or raise it."""
        if isinstance(request, ListProposals):
            return listed(a_proposal())
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def words(app: FolkmootApp) -> str:
    """Return the screen's text as one line."""
    return " ".join(screen_text(app).split())


def stands(state: ProposalState = ProposalState.OPEN) -> ProposalResult:
    """Return what the server answers to a word."""
    return ProposalResult(proposal=a_proposal(state=state, objections=1))


async def test_the_head_of_the_board_says_that_it_waits(session: Session) -> None:
    """Key, how many, whose word it waits for, until when and what: in a line of its own, narrow too."""
    session.cache.apply(fold(listed(a_proposal())))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "2")
        assert "1 waits for you (V) until 3 Mar 14:30: retention" in screen_text(app)
        await into(pilot, "b", "k", "2")
        assert "waits" not in screen_text(app)
    wide = an_app(session)
    async with wide.run_test(size=(120, 24)) as pilot:
        await into(pilot, "j", "2")
        assert "1 waits for you (V) until 3 Mar 14:30: retention: 1 day" in words(wide)
        session.cache.apply(fold(ProposalEnded(proposal=a_proposal(state=ProposalState.LAPSED))))
        wide.main.refresh_all()
        await into(pilot)
        assert "waits" not in screen_text(wide)


async def test_home_lists_it_only_where_the_reader_may_say_something(session: Session) -> None:
    """It is a group of its own, no part of the round (P4), and leads to the list."""
    session.cache.apply(fold(listed(a_proposal())))
    app = an_app(session)
    async with app.run_test(size=(100, 40)) as pilot:
        await into(pilot, "0", "G")
        assert "Waiting for others" in screen_text(app)
        assert "@ben wants to change garden" in screen_text(app)
        await into(pilot, "enter")
        assert "you may agree or object" in screen_text(app)
        await into(pilot, "escape")
        session.cache.apply(fold(listed(a_proposal(), may=False)))
        app.main.refresh_all()
        await into(pilot)
        assert "Waiting for others" not in screen_text(app)


async def test_the_list_says_who_wants_what_and_who_said_what(session: Session) -> None:
    """Mover, before and after, until when, the votes with their reasons, and what the reader may say."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).answers[ListProposals] = listed(a_proposal())
        session.cache.apply(fold(listed(a_proposal())))
        await into(pilot, "V")
        shown = words(app)
        assert "garden @ben wants to change garden: retention: 30 days, now 1 day" in shown
        assert "unless members object (0 of 2" in shown
        assert "@cleo objects: too short" in shown
        assert "offline" not in shown.split("What waits for others")[1].split("READING")[0]
        await into(pilot, "x")
        assert "You may agree or object here." in notes(app)


async def test_a_wrong_password_leaves_the_reason_where_it_was(session: Session) -> None:
    """Whatever the server refuses is said in a sentence; what was typed as the reason stays."""
    no_say = NoSay("it takes a seat on the board")
    server = Server(session, SignInFailed(), no_say, Disconnected("lost"), stands())
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).call = server.call  # type: ignore[method-assign]  # a stand-in's
        await into(pilot, "V", "o", *REASON.replace(" ", "_"), "enter", *"wrong", "enter")
        assert "That is not your password." in words(app)
        assert "some_of_us" in words(app)
        assert "wrong" not in screen_text(app)
        await into(pilot, *"right", "enter")
        assert "You cannot agree or object to this: it takes a seat on the board." in words(app)
        await into(pilot, *"right", "enter")
        assert "You are offline" in words(app)
        await into(pilot, *"right", "enter")
        assert "You objected: done on" in notes(app)
    first, *_, last = server.asked
    assert isinstance(first, ObjectToProposal)
    assert isinstance(last, ObjectToProposal)
    assert first.reason == last.reason == REASON.replace(" ", "_")
    assert [each.password for each in (first, last)] == ["wrong", "right"]
    assert session.pending() == []
    assert session.drafts.all() == []


async def test_agreeing_asks_for_the_password_alone(session: Session) -> None:
    """The password is not shown, and nothing is sent without one."""
    server = Server(session, stands(ProposalState.CARRIED_OUT))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).call = server.call  # type: ignore[method-assign]  # a stand-in's
        await into(pilot, "V", "a", "enter")
        assert server.asked == []
        await into(pilot, *"heron")
        assert "heron" not in screen_text(app)
        await into(pilot, "enter")
        assert "You agreed: carried out." in notes(app)
    [asked] = server.asked
    assert isinstance(asked, SecondProposal)
    assert asked.password == "heron"


async def test_the_key_of_the_device_proves_it_without_typing(session: Session) -> None:
    """Enter signs; a key that the community no longer knows leaves the password (protocol 15.6)."""
    signed: list[Request[Any]] = []
    answers: list[Any] = [SignInFailed(), stands()]

    async def confirm(request: Request[Any], about: str) -> Any:
        assert about == a_proposal().id
        signed.append(request)
        raise answers.pop(0)

    server = Server(session, stands())
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection = connection_of(app)
        connection.has_key = True
        connection.call = server.call  # type: ignore[method-assign]  # a stand-in's
        connection.confirm = confirm  # type: ignore[attr-defined]  # a stand-in's
        await into(pilot, "V", "o", *"why")
        assert "Enter go to the proof" in offered(app)
        await into(pilot, "enter")
        assert "Enter send" in offered(app)
        assert "Enter: by the key of this device; or your password" in words(app)
        assert signed == []
        await into(pilot, "enter")
        assert "does not know the key of this device any more" in words(app)
        await into(pilot, "enter")
        assert server.asked == []
        await into(pilot, *"heron", "enter")
        assert "You objected" in notes(app)
    [first], [last] = signed, server.asked
    assert isinstance(first, ObjectToProposal)
    assert isinstance(last, ObjectToProposal)
    assert (first.reason, first.password) == ("why", None)
    assert (last.reason, last.password) == ("why", "heron")


async def test_the_mover_takes_it_back(session: Session) -> None:
    """Asked first; without a password."""
    own = a_proposal(ANA)
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        answers = connection_of(app).answers
        answers[ListProposals] = listed(own, may=False)
        answers[WithdrawProposal] = ProposalResult(proposal=own)
        session.cache.apply(fold(listed(own, may=False)))
        await into(pilot, "V", "x", "y")
        assert "Taken back: nothing was changed." in notes(app)


def offered(app: FolkmootApp) -> str:
    """Return the keys that the bar of a dialog shows."""
    return app.screen.query_one(KeyBar).render().plain


async def test_only_words_that_count_are_offered(session: Session) -> None:
    """The bar shows no key where nothing waits, and follows the cursor to what may be said there."""
    app = an_app(session)
    async with app.run_test(size=(100, 24)) as pilot:
        connection_of(app).answers[ListProposals] = listed()
        await into(pilot, "V")
        assert "Nothing waits for others." in words(app)
        assert "agree" not in offered(app)
        session.cache.apply(fold(listed(a_proposal())))
        own = a_proposal(ANA, id=uid(701), number=2, until=NOW + timedelta(days=2))
        session.cache.apply(fold(ProposalMoved(proposal=own)))
        dialog = app.screen
        assert isinstance(dialog, ProposalsPage)
        dialog.refresh_live()
        await into(pilot)
        assert offered(app).split()[:4] == ["a", "agree", "o", "object"]
        assert "take back" not in offered(app)
        await into(pilot, "j")
        assert offered(app).split()[:3] == ["x", "take", "back"]
        assert "agree" not in offered(app)
        session.cache.apply(fold(ProposalEnded(proposal=a_proposal(state=ProposalState.LAPSED))))
        session.cache.apply(
            fold(ProposalEnded(proposal=replace(own, state=ProposalState.WITHDRAWN)))
        )
        dialog.refresh_live()
        await into(pilot)
        assert "take back" not in offered(app)


async def test_words_hidden_for_a_purge_are_read_there_and_kept_nowhere(session: Session) -> None:
    """Whoever may read them gets them from the server, with address and law; the mirror keeps nothing,
    and a marker stands in the thread (protocol 15.10)."""
    thing = Thing(kind=ThingKind.POST, id=uid(1), thread=3, number=2)
    purge = a_proposal(
        method="threads.purge", thing=Thing(kind=ThingKind.POST), changes=(), law="StGB 130"
    )
    post = Post(
        id=uid(1),
        board=GARDEN,
        thread=uid(2),
        number=2,
        author=MemberAuthor(id=CLEO),
        at=NOW,
        visible_at=NOW,
        body="quincunx",
        state=ContentState.HIDDEN,
    )
    page = HiddenWords(proposal=replace(purge, thing=thing), posts=(post,))
    found = ProposalList(proposals=(purge,), may_read=(purge.id,), as_of={board_stream(GARDEN): 50})
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        answers = connection_of(app).answers
        answers[ListProposals] = found
        answers[GetProposalWords] = ProposalWords(words=page)
        session.cache.apply(fold(found))
        await into(pilot, "V")
        assert "@ben wants to purge 1 post by StGB 130" in words(app)
        assert "you may read its words" in words(app)
        await into(pilot, "w")
        assert "the post garden/3/2 by StGB 130" in words(app)
        assert "#2 @cleo" in words(app)
        assert "quincunx" in words(app)
        await into(pilot, "escape")
        assert "quincunx" not in screen_text(app)
    held = "".join(session.cache._db.iterdump())
    assert "quincunx" not in held


def test_hidden_words_can_neither_steer_a_terminal_nor_pass_for_other_words() -> None:
    """Names, subjects and words come cleaned, and words stand deeper than what tells who wrote them:
    whoever decides about them is shown no forged author (P13)."""
    post = Post(
        id=uid(1),
        board=GARDEN,
        thread=uid(2),
        number=2,
        author=ImportedAuthor(id=uid(3), name="Zoë\x1b[2J"),
        at=NOW,
        visible_at=NOW,
        subject="Old \x1b[31mmail",
        body="quincunx\n#3 @ben\nzephyrine\x1b]0;x\x07",
        state=ContentState.HIDDEN,
    )
    words = HiddenWords(proposal=a_proposal(), posts=(post,))
    lines = describe_hidden(words, {}, lambda board: "garden")
    assert not any("\x1b" in line or "\x07" in line for line in lines)
    assert [line[:3] for line in lines if line.startswith("#")] == ["#2 "]
    assert {"  quincunx", "  #3 @ben"} <= set(lines)
    assert any(line.startswith("Subject: Old ") for line in lines)


async def test_offline_it_is_read_and_not_answered(session: Session) -> None:
    """What is known is shown and said to be old; no word is put into the outbox."""
    session.cache.apply(fold(listed(a_proposal())))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "V")
        assert "You are offline; this is what is on this device." in words(app)
        await into(pilot, "a")
        assert "You are offline; agreeing and objecting need a connection." in notes(app)
        assert not isinstance(app.screen, WordDialog)
    assert session.pending() == []


async def test_who_looks_is_told_that_something_waits_or_ended(session: Session) -> None:
    """A note for whoever looks, with the key that leads to the list."""
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        app.main.hear(ProposalTold(a_proposal()))
        await into(pilot)
        assert "@ben wants to change garden: retention: 30 days, now 1 day (" in notes(app)


def test_a_command_that_waits_says_where_it_is_seen() -> None:
    """A grave command is no failure: what it waits for, until when, and what shows it."""
    waits = CommandWaits("delay", NOW, ["posts would end sooner"], GARDEN, uid(1), 1)
    told = describe_error(waits)
    assert told.startswith(
        "This command waits, because posts would end sooner: it is carried out on "
    )
    assert ":proposals shows what waits, and takes it back." in told
