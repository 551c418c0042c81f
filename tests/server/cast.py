"""Everybody who may ask, and everything that may be asked about: the two sides of the matrix."""

from dataclasses import dataclass, field

from bbs.features.arriving.messages import SayInNote
from bbs.features.boards.application_messages import Apply
from bbs.features.boards.messages import ConfigureBoard, Visibility
from bbs.features.boards.seat_messages import Appoint, LeaveSeat, OfferSeat, TakeSeat
from bbs.features.cases.appeal_messages import AskAppeal
from bbs.features.cases.messages import AskPerson, ListCases, NoteInCase
from bbs.features.cases.own_messages import AnswerCase, ListOwnCases
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.members.messages import Invite
from bbs.features.moderation.views import RestrictionKind
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import Say, StartThread
from bbs.ids import (
    COMMONS,
    AppealId,
    ApplicationId,
    BoardId,
    CaseId,
    InvitationId,
    LineId,
    MemberId,
    NoteLineId,
    PostId,
    ThreadId,
    new_id,
)
from bbs.powers import TOKEN_POWERS, Power
from bbs_server.manifest import list_personal_data
from bbs_server.personal import Leaving
from bbs_server.store.api import Tx
from tests.support.letters import letter_between, write
from tests.support.moot import Line, Moot
from tests.support.people import Person, secret
from tests.support.restricting import restricted, written_under_pace

VISIBILITIES = ("public", "unlisted", "private", "held")
ACTORS = (
    "stranger",  # not signed in
    "waiting",  # signed up, no seat on the commons yet
    "member",  # had a seat on every board, wrote, and left
    "offered",  # the same, and was then offered a seat on the private board
    "seated",
    "moderator",
    "sysop",  # without a seat on any of the boards
    "warden",  # moderates the commons; the same otherwise
    "reader",  # a token of the seated one's that may only read
    "elsewhere",  # a token of the moderator's with all powers, for another board
    "silenced",  # seated everywhere, and silenced on every board
    "slowed",  # the same, and may write again in an hour
    "suspended",  # the same, and suspended on the commons
    "former",  # had a seat on every board, wrote, and is a member no longer
)
RESTRICTED = {
    "silenced": RestrictionKind.SILENCED,
    "slowed": RestrictionKind.SLOWED,
    "suspended": RestrictionKind.SUSPENDED,
}
WRITERS = ("member", "offered", "seated", "moderator", "sysop", "warden", "former", *RESTRICTED)
INVITING = ("sysop", "warden", "member", "offered", "seated", "moderator", "silenced", "slowed")
OWNER_OF = {"reader": "seated", "elsewhere": "moderator"}


@dataclass(frozen=True)
class Things:
    """What somebody made on a board."""

    thread: ThreadId
    post: PostId
    line: LineId


@dataclass
class Cast:
    """The people, the boards and what was made on them.

    Attributes:
        lines: A connection for each of `ACTORS`, and for `founder`, who opened the boards.
        boards: Board ids by visibility; `held` is a public board whose posts wait.
        things: What (actor, visibility) made; everybody else's hands are the founder's.
        spare: A member without any seat but the commons'.
        applications: Applications that wait for the desk, by visibility.
        waiting: The post that a guard on the public board holds; `newcomer` wrote it.
        note_line: A line in the newcomer's note, of their host `seated`.
        cases: Cases about words of the founder, which the moderator opened, by visibility.
        appeals: Appeals of the founder against what the moderator hid, by visibility.
        held: Further threads on the held board, by their authors' handles.
        tokens: The secret by which each actor's session is resumed.
    """

    moot: Moot
    lines: dict[str, Line] = field(default_factory=dict)
    boards: dict[str, BoardId] = field(default_factory=dict)
    slugs: dict[str, str] = field(default_factory=dict)
    things: dict[tuple[str, str], Things] = field(default_factory=dict)
    invitations: dict[str, InvitationId] = field(default_factory=dict)
    applications: dict[str, ApplicationId] = field(default_factory=dict)
    spare: str = ""
    waiting: PostId = field(default_factory=new_id)
    note_line: NoteLineId = field(default_factory=new_id)
    cases: dict[str, CaseId] = field(default_factory=dict)
    appeals: dict[str, AppealId] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    held: dict[str, ThreadId] = field(default_factory=dict)
    commons: BoardId = COMMONS

    def person(self, actor: str) -> Person:
        """Whose device or token an actor is."""
        return self.lines[actor].person

    @property
    def newcomer(self) -> MemberId:
        """The member whose first post waits; some id where nobody has arrived."""
        line = self.lines.get("newcomer")
        return new_id() if line is None else line.id

    def applied(self, board: BoardId) -> ApplicationId:
        """Return the application that waits on a board; some id where none does."""
        where = {self.boards[visibility]: each for visibility, each in self.applications.items()}
        return where.get(board) or new_id()

    def case_on(self, board: BoardId) -> CaseId:
        """Return the case of a board; some id where there is none."""
        where = {self.boards[visibility]: case for visibility, case in self.cases.items()}
        return where.get(board) or new_id()

    def appeal_on(self, board: BoardId) -> AppealId:
        """Return the appeal of a board; some id where there is none."""
        where = {self.boards[visibility]: each for visibility, each in self.appeals.items()}
        return where.get(board) or new_id()

    def made(self, actor: str, visibility: str, whose: str) -> Things:
        """Return what `actor` would act on: their own things, or the founder's."""
        owner = OWNER_OF.get(actor, actor) if whose == "own" else "founder"
        return self.things.get((owner, visibility)) or Things(new_id(), new_id(), new_id())


async def _write(line: Line, board: BoardId, name: str) -> Things:
    made = Things(new_id(), new_id(), new_id())
    await line.ask(
        StartThread(
            board=board,
            thread=made.thread,
            post=made.post,
            title=f"A thread of {name}",
            body=f"A post of {name}",
        )
    )
    await line.ask(Say(board=board, line=made.line, body=f"A line of {name}"))
    return made


async def _sit(cast: Cast, actor: str, visibility: str) -> None:
    board, line = cast.boards[visibility], cast.lines[actor]
    if visibility == "private":
        await cast.lines["founder"].ask(OfferSeat(board=board, member=line.id))
    await line.ask(TakeSeat(board=board, norms_version=1))


async def gather(moot: Moot) -> Cast:
    """Bring everybody together and let them make their things."""
    cast = Cast(moot)
    cast.lines = {"stranger": moot.line(), "sysop": moot.sysop}
    members = ("founder", "member", "offered", "seated", "moderator", "warden", "spare", "former")
    for actor in (*members, *RESTRICTED):
        cast.lines[actor] = await moot.join(f"the-{actor}")
    cast.spare = cast.lines["spare"].id
    await moot.sysop.ask(Appoint(board=COMMONS, member=cast.lines["warden"].id))
    for visibility in VISIBILITIES:
        cast.boards[visibility] = await _open(cast, visibility)
    for visibility in VISIBILITIES:
        for actor in WRITERS:
            await _sit(cast, actor, visibility)
        for actor in ("founder", *WRITERS):
            made = await _write(cast.lines[actor], cast.boards[visibility], actor)
            cast.things[actor, visibility] = made
    await _settle_seats(cast)
    await _leave(cast)
    await _apply(cast)
    await _report(cast)
    await _arrive(cast)
    await _issue(cast)
    await _correspond(cast)
    await _restrict(cast)
    return cast


async def _open(cast: Cast, visibility: str) -> BoardId:
    """Open a board that the founder moderates alone."""
    moot, founder = cast.moot, cast.lines["founder"]
    slug = f"{visibility}-board"
    board = await moot.board(moot.sysop, slug, hold_s=60 if visibility == "held" else 0)
    cast.slugs[visibility] = slug
    await founder.ask(TakeSeat(board=board, norms_version=1))
    await moot.sysop.ask(Appoint(board=board, member=founder.id))
    await moot.sysop.ask(LeaveSeat(board=board))
    if visibility in ("unlisted", "private"):
        await founder.ask(ConfigureBoard(board=board, visibility=Visibility(visibility)))
    return board


async def _settle_seats(cast: Cast) -> None:
    """Make the actors what their names say."""
    founder = cast.lines["founder"]
    for board in cast.boards.values():
        # The sysop still has a seat: on a private board they could not appoint without one.
        await cast.moot.sysop.ask(Appoint(board=board, member=cast.lines["moderator"].id))
        for actor in ("member", "offered", "sysop", "warden"):
            await cast.lines[actor].ask(LeaveSeat(board=board))
    offered = cast.lines["offered"].id
    await founder.ask(OfferSeat(board=cast.boards["private"], member=offered))


async def _apply(cast: Cast) -> None:
    """Let somebody apply for a seat on the boards that can be asked; then nothing is asked there."""
    founder, asker = cast.lines["founder"], await cast.moot.join("the-asker")
    cast.lines["asker"] = asker
    for visibility in ("public", "unlisted", "held"):
        board = cast.boards[visibility]
        await founder.ask(ConfigureBoard(board=board, questions="canaryquestion?"))
        done = await asker.ask(Apply(board=board, norms_version=1, answers=("canaryanswer",)))
        assert done.application is not None
        cast.applications[visibility] = done.application.id
        await founder.ask(ConfigureBoard(board=board, questions=""))


async def _report(cast: Cast) -> None:
    """Let the moderator open a case about words of the founder."""
    founder, moderator = cast.lines["founder"], cast.lines["moderator"]
    for visibility in ("public", "private"):
        post = new_id()
        await founder.ask(
            StartThread(
                board=cast.boards[visibility],
                thread=new_id(),
                post=post,
                title="canaryreportedtitle",
                body="canaryreportedbody",
            )
        )
        await moderator.ask(
            ReportPost(
                post=post, report=new_id(), norm=1, words="canaryreportwords", of_office=True
            )
        )
        [head] = (await moderator.ask(ListCases(board=cast.boards[visibility]))).cases
        cast.cases[visibility] = head.id
        await moderator.ask(NoteInCase(case=head.id, text="canarycasenote"))
        await moderator.ask(AskPerson(case=head.id, text="canarycasesaid"))
        if visibility == "private":
            await founder.ask(AnswerCase(case=head.id, text="canarycaseanswer"))
        await _appeal(cast, visibility)


async def _appeal(cast: Cast, visibility: str) -> None:
    """Let the founder appeal against an act of the moderator that hid words of theirs."""
    founder, post = cast.lines["founder"], new_id()
    thread = {"thread": new_id(), "post": post, "title": "canaryappealtitle"}
    await founder.ask(StartThread(board=cast.boards[visibility], body="canaryappealbody", **thread))
    hide = HidePost(post=post, norm=1, reason="It does not belong here")
    await cast.lines["moderator"].ask(hide)
    [act] = [
        act
        for act in (await founder.ask(ListOwnCases())).can_appeal
        if act.board == cast.boards[visibility]
    ]
    cast.appeals[visibility] = new_id()
    await founder.ask(
        AskAppeal(appeal=cast.appeals[visibility], act=act.id, words="canaryappealwords")
    )


async def _arrive(cast: Cast) -> None:
    """Let somebody arrive whom the seated one invited, and whose first post waits."""
    board, host = cast.boards["public"], cast.lines["seated"]
    await cast.lines["founder"].ask(ConfigureBoard(board=board, guard_first_posts=True))
    await host.ask(Invite(invitation=new_id(), code=secret("to the newcomer")))
    newcomer = cast.lines["newcomer"] = cast.moot.line(Person("the-newcomer"))
    await newcomer.ask(newcomer.person.sign_up(secret("to the newcomer")))
    await newcomer.ask(TakeSeat(board=board, norms_version=1))
    await newcomer.ask(
        StartThread(
            board=board,
            thread=new_id(),
            post=cast.waiting,
            title="canaryguardedtitle",
            body="canaryguardedbody",
        )
    )
    say = SayInNote(note=newcomer.id, line=cast.note_line, text="canarysaidline")
    await host.ask(say)


async def _leave(cast: Cast) -> None:
    """Take from the former member what goes with leaving, as it is declared: nothing does it yet."""
    member = cast.lines["former"].id
    tables = [
        data.table
        for data in list_personal_data()
        if data.leaving is Leaving.GOES and data.column.endswith(".member")
    ]

    def leave(tx: Tx) -> None:
        for table in tables:
            tx.execute(f"DELETE FROM {table} WHERE member = ?", member)
        of_another = tx.fetch_value("SELECT password FROM members WHERE handle = 'the-founder'")
        tx.execute("UPDATE members SET password = ? WHERE id = ?", of_another, member)

    await cast.moot.change(leave)


async def _restrict(cast: Cast) -> None:
    """Narrow what some may do, who wrote on every board before."""
    for actor, kind in RESTRICTED.items():
        line = cast.lines[actor]
        await _write(line, COMMONS, actor)
        everywhere = kind is RestrictionKind.SUSPENDED
        for board in (COMMONS,) if everywhere else (COMMONS, *map(cast.boards.get, VISIBILITIES)):
            pace = {"value": 3_600} if kind is RestrictionKind.SLOWED else {}
            await restricted(cast.moot, kind, board, line, **pace)
            if kind is RestrictionKind.SLOWED:
                await written_under_pace(cast.moot, board, line)


async def _correspond(cast: Cast) -> None:
    """Open a letter between the founder, the seated one and the suspended one."""
    founder = cast.lines["founder"]
    people = ("founder", "seated", "suspended")
    letter = await letter_between(cast.moot, founder, *(cast.lines[name] for name in people[1:]))
    assert letter.thread is not None
    cast.boards["letter"], cast.slugs["letter"] = letter.id, "no-slug"
    for actor in people:
        post = (await write(cast.lines[actor], letter, f"A post of {actor}")).id
        cast.things[actor, "letter"] = Things(letter.thread, post, new_id())


async def _issue(cast: Cast) -> None:
    """Make invitations, tokens, and somebody who waits."""
    moot = cast.moot
    for actor in INVITING:
        cast.invitations[actor] = new_id()
        code = secret(f"{actor}'s invitation")
        invite = Invite(invitation=cast.invitations[actor], code=code)
        await cast.lines[actor].ask(invite)
    attic = await moot.board(moot.sysop, "attic")
    await cast.lines["moderator"].ask(TakeSeat(board=attic, norms_version=1))
    cast.lines["reader"] = await moot.with_token(cast.lines["seated"], [Power.READ])
    cast.lines["elsewhere"] = await moot.with_token(
        cast.lines["moderator"], sorted(TOKEN_POWERS), [attic]
    )
    seatless = ("stranger", "reader", "elsewhere", "former")
    taken = len([actor for actor in cast.lines if actor not in seatless])
    await moot.sysop.ask(ConfigureBoard(board=COMMONS, seats=taken))
    cast.lines["waiting"] = await moot.join("the-waiting")
    for actor, line in cast.lines.items():
        session = line.caller.session
        cast.tokens[actor] = secret(session or line.person.session)
