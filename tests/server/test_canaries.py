"""Canary words in everything private, and a search for them in every byte sent to everybody else."""

import tomllib
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bbs.clock import DAY_MS, instant
from bbs.errors import FolkmootError
from bbs.features.boards.messages import BoardConfigured, ConfigureBoard, Visibility
from bbs.features.boards.seat_messages import GetPlace
from bbs.features.cases.messages import GetCase
from bbs.features.members.about_messages import SetAway, SetProfile
from bbs.features.members.messages import ChangeName, Invite, IssueToken
from bbs.features.members.views import SignInResult
from bbs.features.presence.messages import SetPresence
from bbs.features.reading.messages import MarkPosts, MarksChanged, Resolve, Search
from bbs.features.threads.messages import (
    EditPost,
    ListHeld,
    ListPosts,
    Retitle,
    Say,
    StartThread,
    Unsay,
    WithdrawPost,
    WritePost,
)
from bbs.ids import COMMONS, new_id
from bbs.messages import Request
from bbs.powers import Power
from bbs.wire.messages import Sync
from bbs.wire.registry import REQUESTS
from tests.server.asking import ASKING
from tests.server.cast import ACTORS, Cast, gather
from tests.server.planting import correspond, report
from tests.server.test_matrix import row_of
from tests.support.moot import Line, open_moot
from tests.support.people import Person, secret

pytestmark = pytest.mark.asyncio(loop_scope="module")

INSIDE = {"seated", "moderator", "reader", "silenced", "slowed"}  # who may read the private board
KNOW = INSIDE | {"offered", "suspended"}  # who may know of it
SEATED = set(ACTORS) - {"stranger", "waiting", "suspended", "former"}  # on the commons
TABLE = tomllib.loads(Path(__file__).with_name("matrix.toml").read_text(encoding="utf-8"))
TABLE.pop("actors")

WORDS: dict[str, set[str]] = {
    "canaryboardtitle": KNOW,
    "canarycharter": KNOW,
    "canarythreadtitle": INSIDE,
    "canarybody": INSIDE,
    "canaryfirstwording": INSIDE,
    "canaryline": INSIDE,
    "canarylivetitle": INSIDE,
    "canarylivebody": INSIDE,
    "canaryliveedit": INSIDE,
    "canaryliveline": INSIDE,
    "canaryheldtitle": {"moderator"},
    "canaryheldbody": {"moderator"},
    "canaryguardedtitle": {"moderator"},
    "canaryguardedbody": {"moderator"},
    "canarysaidline": {"seated", "moderator"},  # the host, and the desk where the note began
    "canaryownheld": {"seated", "reader", "moderator"},
    "canarylettertitle": {"seated"},
    "canaryletterbody": {"seated"},
    "canaryletterlive": {"seated"},
    "canaryletterquoted": {"seated", "sysop", "warden"},
    "canaryletterreport": {"sysop", "warden"},
    "canarywascopied": {"moderator"},  # withdrawn: whoever handles the case has the copy
    "canarycopiedreport": {"seated", "moderator"},  # the reporter, too
    "canarycopiednote": {"moderator"},
    "canaryhelduntil": {"moderator"},  # held words: who handles the case has the copy
    "canaryheldtextsaid": {"moderator"},
    "canaryreportwords": {"moderator"},
    "canarycasenote": {"moderator"},
    "canarycasesaid": {"moderator"},
    "canarycaseanswer": {"moderator"},
    "canaryappealwords": {"warden"},  # the moderator decided, and the sysop invited who appeals
    "canarynote": {"sysop"},
    "canaryanswer": {"moderator"},
    "canarydevice": {"seated"},
    "canaryaway": SEATED,
    "canaryprofile": SEATED,
    "canaryoldaway": set(),
    "canaryoldprofile": set(),
    "canarytoken": {"seated"},
    "canarywithdrawn": set(),
    "canarywithdrawnwording": set(),
    "canaryunsaid": set(),
    "canaryoldtitle": set(),
    "canaryoldname": set(),
}
"""Each word, and who may be sent it (its author, the founder, apart)."""
_CASES = "SELECT id FROM cases"


async def _plant(cast: Cast) -> None:
    """Hide the words."""
    founder, seated = cast.lines["founder"], cast.lines["seated"]
    private, public, held = cast.boards["private"], cast.boards["public"], cast.boards["held"]
    await founder.ask(
        ConfigureBoard(board=private, title="canaryboardtitle", charter="canarycharter")
    )
    post, thread = new_id(), new_id()
    await founder.ask(
        StartThread(
            board=private,
            thread=thread,
            post=post,
            title="canarythreadtitle",
            body="canaryfirstwording",
        )
    )
    await founder.ask(EditPost(post=post, body="canarybody"))
    await founder.ask(Say(board=private, line=new_id(), body="canaryline"))
    for line, title, body in (
        (founder, "canaryheldtitle", "canaryheldbody"),
        (seated, "Held", "canaryownheld"),
    ):
        start = StartThread(board=held, thread=new_id(), post=new_id(), title=title, body=body)
        await line.ask(start)
        cast.held[line.person.handle] = start.thread
    note = Invite(invitation=new_id(), code=secret("noted"), note="canarynote")
    await cast.lines["sysop"].ask(note)
    phone = cast.moot.line(seated.person)
    await phone.ask(seated.person.with_password(device="canarydevice"))
    token = IssueToken(
        session=new_id(), token=secret(new_id()), label="canarytoken", powers=(Power.READ,)
    )
    await seated.ask(token)
    await _tell_of_oneself(cast, cast.lines["spare"])
    await correspond(cast)
    await report(cast)
    await _forget(founder, cast.lines["moderator"], public)


async def _tell_of_oneself(cast: Cast, line: Line) -> None:
    """Say something of oneself, and change it."""
    until = instant(cast.moot.clock() + DAY_MS)
    for wording in ("canaryold", "canary"):
        await line.ask(SetAway(text=f"{wording}away", until=until))
        await line.ask(SetProfile(text=f"{wording}profile"))


async def _forget(founder: Line, renamed: Line, public: str) -> None:
    """Say things and take them back."""
    post, thread, line = new_id(), new_id(), new_id()
    await founder.ask(
        StartThread(board=public, thread=thread, post=post, title="canaryoldtitle", body="First")
    )
    assert (await founder.ask(Search(query="canaryoldtitle"))).found
    await founder.ask(Retitle(thread=thread, title="A better title"))
    taken = new_id()
    await founder.ask(WritePost(thread=thread, post=taken, body="canarywithdrawnwording"))
    await founder.ask(EditPost(post=taken, body="canarywithdrawn"))
    assert (await founder.ask(Search(query="canarywithdrawn"))).found  # the index has it
    await founder.ask(WithdrawPost(post=taken))
    await founder.ask(Say(board=public, line=line, body="canaryunsaid"))
    await founder.ask(Unsay(line=line))
    await renamed.ask(ChangeName(name="canaryoldname"))
    await renamed.ask(ChangeName(name="New Name"))


async def _live(cast: Cast) -> None:
    """Say private things while everybody listens as far as they may."""
    founder, private = cast.lines["founder"], cast.boards["private"]
    post = new_id()
    await founder.ask(
        StartThread(
            board=private,
            thread=new_id(),
            post=post,
            title="canarylivetitle",
            body="canarylivebody",
        )
    )
    await founder.ask(EditPost(post=post, body="canaryliveedit"))
    await founder.ask(Say(board=private, line=new_id(), body="canaryliveline"))
    thread = cast.things["founder", "letter"].thread
    await founder.ask(WritePost(thread=thread, post=new_id(), body="canaryletterlive"))


async def _ask_everything(cast: Cast, line: Line, actor: str) -> None:
    """Send every request about everything, listen to everything, and look for every word."""
    streams = [
        f"{kind}:{board}" for board in cast.boards.values() for kind in ("board", "lounge", "desk")
    ]
    people = [other.id for name, other in cast.lines.items() if name != "stranger"]
    members = [f"{kind}:{person}" for person in people for kind in ("member", "note")]
    cases = await cast.moot.read(lambda tx: [case for (case,) in tx.fetch_all(_CASES)])
    streams += [f"case:{case}" for case in cases]
    for stream in (*streams, *members):  # one after the other: an answer replays so many events
        with suppress(FolkmootError):
            await line.ask(Sync(cursors={stream: 0}))
    for method, block in TABLE.items():
        if REQUESTS[method].needs.power is Power.KNOCK or method == "members.change_password":
            continue
        for name in block:
            with suppress(FolkmootError):
                await line.ask(ASKING[method](row_of(cast, actor, name)))
    threads = [*cast.held.values()]
    asked: list[Request[Any]] = [ListPosts(thread=thread) for thread in threads]
    asked += [ListHeld(board=board) for board in cast.boards.values()]
    asked += [GetCase(case=case) for case in cases]
    asked += [Search(query=word) for word in WORDS]
    asked += [Resolve(address=f"private-board/{n}/{m}") for n in range(1, 9) for m in (1, 2)]
    for request in asked:
        with suppress(FolkmootError):
            await line.ask(request)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cast(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cast]:
    """The cast, with the words planted."""
    async with open_moot(tmp_path_factory.mktemp("canaries")) as moot:
        gathered = await gather(moot)
        await _plant(gathered)
        yield gathered


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sent(cast: Cast) -> dict[str, bytes]:
    """What every actor was sent after asking for everything and listening to everything."""
    fresh = {actor: await _fresh(cast, actor) for actor in ACTORS}
    for actor, line in fresh.items():
        await _ask_everything(cast, line, actor)
    await _live(cast)
    for line in fresh.values():
        await line.settle()
    return {actor: line.sent for actor, line in fresh.items()}


async def _fresh(cast: Cast, actor: str) -> Line:
    if actor in ("stranger", "former"):
        return cast.moot.line()
    return await cast.moot.again(cast.lines[actor], cast.tokens[actor])


@pytest.mark.parametrize("word", WORDS)
async def test_only_the_entitled_are_sent_a_private_word(sent: dict[str, bytes], word: str) -> None:
    """A private word is in no byte sent to others, by answer, event or search (P8, P10, P11)."""
    found = {actor for actor, everything in sent.items() if word.encode() in everything}
    assert found == WORDS[word]


async def test_no_secret_is_ever_sent(cast: Cast, sent: dict[str, bytes]) -> None:
    """Tokens, codes and passwords come back in no answer, not even to their owners (P11)."""
    people = [line.person for line in cast.lines.values()]
    secrets = {person.password for person in people} | set(cast.tokens.values())
    secrets |= {code for person in people for code in person.codes} | {cast.moot.code}
    for actor, everything in sent.items():
        assert not [word for word in secrets if word.encode() in everything], actor


async def test_marks_are_told_to_ones_own_devices_only(cast: Cast) -> None:
    """Marks reach one's devices and nobody else, no token of one's own either (P2)."""
    lines = {actor: await _fresh(cast, actor) for actor in ACTORS}
    phone = await _fresh(cast, "seated")
    thread = cast.made("seated", "private", "foreign").thread
    await lines["seated"].ask(MarkPosts(thread=thread, first=1, last=1))
    for line in (*lines.values(), phone):
        await line.settle()
    told = {
        a for a, line in lines.items() if any(e.kind == MarksChanged.kind for e in line.ephemerals)
    }
    assert told == {"seated"}
    assert [e.kind for e in phone.ephemerals] == [MarksChanged.kind]
    dump = await cast.moot.dump()
    assert not [row for row in dump["events"] if thread in str(row) and "mark" in str(row)]


async def test_nobody_learns_by_marks_what_a_member_reads(cast: Cast) -> None:
    """No row but the marks themselves tells what somebody has read: no diary with times (P2)."""
    thread = cast.made("seated", "public", "foreign").thread
    seated = cast.lines["seated"]
    before = await cast.moot.dump()
    await seated.ask(MarkPosts(thread=thread, first=1, last=1))
    after = await cast.moot.dump()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"marks"}


async def test_presence_is_told_to_those_who_may_read(cast: Cast) -> None:
    """Who is here is told to members, not to strangers, the waiting, or tokens that may not read."""
    writer = await cast.moot.with_token(cast.lines["seated"], [Power.WRITE])
    lines = {actor: await _fresh(cast, actor) for actor in ("stranger", "waiting", "member")}
    for line in (*lines.values(), writer):
        with suppress(FolkmootError):
            await line.listen("board:" + cast.commons)
    shown = await _fresh(cast, "seated")
    await shown.ask(SetPresence(visible=True))
    await lines["member"].tape.until(lambda: lines["member"].ephemerals)
    told = {actor for actor, line in lines.items() if line.ephemerals}
    assert told == {"member"}
    assert not writer.ephemerals
    shown.leave()


async def test_a_rehearsed_sign_up_lets_nobody_in(cast: Cast) -> None:
    """A dry run of signing up leaves the connection a stranger's (P12, protocol 3.2)."""
    line = cast.moot.line(Person("the-rehearsing"))
    answer: SignInResult = await line.ask(line.person.sign_up(cast.moot.code, dry_run=True))
    assert answer.member.handle == "the-rehearsing"
    assert line.caller.member is None
    assert line.caller.session is None


async def test_what_makes_a_board_private_is_private(cast: Cast) -> None:
    """The act that closes a board to others tells only those inside what else it changed (protocol 6.6)."""
    board = cast.boards["unlisted"]
    inside, outside = await _fresh(cast, "seated"), await _fresh(cast, "member")
    for line in (inside, outside):
        await line.listen(f"board:{board}")
    closing = ConfigureBoard(board=board, title="canaryclosed", visibility=Visibility.PRIVATE)
    await cast.lines["founder"].ask(closing)
    await inside.told(BoardConfigured)
    await outside.tape.until(lambda: outside.ephemerals)
    await outside.settle()
    assert b"canaryclosed" in inside.sent
    assert b"canaryclosed" not in outside.sent
    assert [e.kind for e in outside.ephemerals] == ["stream.ended"]


async def test_a_place_in_line_names_nobody_else(cast: Cast) -> None:
    """Whoever asks for their place learns numbers, and no member but themselves (19.6, P11)."""
    everybody = {line.id for actor, line in cast.lines.items() if actor != "stranger"}
    for actor in set(ACTORS) - {"stranger", "former", "reader", "elsewhere"}:
        line = await _fresh(cast, actor)
        before = len(line.answers)
        for board in (COMMONS, *cast.boards.values()):
            with suppress(FolkmootError):
                await line.ask(GetPlace(board=board))
        answers = b"".join(line.answers[before:])
        assert {member for member in everybody if member.encode() in answers} <= {line.id}, actor


async def test_only_the_desk_knows_that_somebody_applied(
    cast: Cast, sent: dict[str, bytes]
) -> None:
    """Of an application others are sent no trace: not its id, by no answer and no stream (P11)."""
    told = {
        actor
        for actor, heard in sent.items()
        if any(each.encode() in heard for each in cast.applications.values())
    }
    assert told == {"moderator"}


async def test_only_readers_of_a_note_know_of_what_waits(
    cast: Cast, sent: dict[str, bytes]
) -> None:
    """Of a post that a guard holds, and of its note, others are sent no trace by any answer (P11)."""
    told = {actor for actor, heard in sent.items() if cast.waiting.encode() in heard}
    assert told == {"seated", "moderator"}
    lines = {actor for actor, heard in sent.items() if cast.note_line.encode() in heard}
    assert lines == {"seated", "moderator"}
    guarded = {actor for actor, heard in sent.items() if b'"kind":"first_posts"' in heard}
    assert guarded == {"moderator"}
