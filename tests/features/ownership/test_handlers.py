"""A member takes away everything that is kept of them, and nothing else (P9, P10, P11)."""

import secrets
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import instant
from bbs.errors import BadParams, FolkmootError
from bbs.features.boards.messages import ConfigureBoard, Visibility
from bbs.features.boards.seat_messages import Appoint, LeaveSeat, OfferSeat, TakeSeat
from bbs.features.community.messages import AnnounceClosing
from bbs.features.members.messages import Invite, ListMembers
from bbs.features.ownership.messages import Export, ListExport
from bbs.features.ownership.views import ExportPage, ExportPlace
from bbs.features.reading.messages import MarkPosts, SavePost, SetMemberChoice
from bbs.features.reading.views import Stance
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import EditPost, Say, Thank, WithdrawPost, WritePost
from bbs.ids import COMMONS, BoardId, PostId, new_id
from bbs.powers import TOKEN_POWERS
from bbs.refusals import NotAllowed, OnWaitingList
from bbs_server.features.ownership.handlers import make_page
from bbs_server.handler_api import Context
from bbs_server.manifest import find_sections, list_personal_data
from bbs_server.personal import OwnedRows, PersonalData
from bbs_server.pipeline import execute
from bbs_server.store.api import Tx
from tests.support.moot import Line, Moot
from tests.support.people import secret
from tests.support.talk import seated, start, write

Rows = dict[str, list[dict[str, Any]]]


async def exported(line: Line) -> Rows:
    """Return all rows of a member's export by section, page by page."""
    rows: Rows = defaultdict(list)
    after = None
    while True:
        page = await line.ask(Export(after=after))
        for each in page.rows:
            rows[each.section].append(msgspec.json.decode(each.row))
        after = page.next_after
        if after is None:
            return rows


class Lived(NamedTuple):
    """What ana did, and her export of it."""

    answer: PostId
    given: Rows


@pytest.fixture
async def lived(moot: Moot, board: BoardId, ana: Line) -> Lived:
    """Ana writes, answers, thanks, mutes, invites and moderates, and ben answers her."""
    ben = await seated(moot, "ben", board)
    theirs = await start(ben, board, "ben's words", "ben's title")
    own = await start(ana, board, "ana's words", "ana's title")
    answer = await write(ana, theirs.thread, "ana to ben, and @ben", theirs.post)
    await ana.ask(EditPost(post=answer, body="ana to @ben, mended"))
    await write(ben, own.thread, "ben to @ana", own.post)
    await ana.ask(Say(board=board, line=new_id(), body="ana's line"))
    await ben.ask(Say(board=board, line=new_id(), body="ben's line to @ana"))
    await ana.ask(Thank(post=theirs.post))
    await ben.ask(Thank(post=own.post))
    await ana.ask(SetMemberChoice(member=ben.id, stance=Stance.MUTE))
    await ana.ask(SavePost(post=theirs.post, saved=True))
    await ana.ask(MarkPosts(thread=theirs.thread, first=1, last=2))
    for place in (board, COMMONS):
        await moot.sysop.ask(Appoint(board=place, member=ana.id))
    await ana.carry(ConfigureBoard(board=board, title="Gardens"))
    await ana.ask(Invite(invitation=new_id(), code=secret("guest"), note="for cem"))
    guest = moot.line()
    await guest.ask(guest.person.sign_up(secret("guest"), handle="cem", name="Cem"))
    return Lived(answer, await exported(ana))


COUNTED_OTHERWISE = {"recovery_codes.member", "events.author", "events.stream"}
"""Codes are counted and not given; events have a test of their own."""


async def test_every_row_of_the_tables_is_given(moot: Moot, ana: Line, lived: Lived) -> None:
    """Each declared column names the member in as many rows as its section gives (P9)."""
    for data in list_personal_data():
        if data.sections and data.column not in COUNTED_OTHERWISE:
            stored = await moot.read(_counted(data, ana.id))
            assert len(lived.given[data.sections[0]]) == stored, data.column


async def test_every_event_of_the_member_is_given(moot: Moot, ana: Line, lived: Lived) -> None:
    """The own stream is given whole, and of others what the member caused; acts stand apart (P11)."""
    given = lived.given
    stream = f"member:{ana.id}"
    own_events = [row["seq"] for row in given["events"] if row["stream"] == stream]
    assert own_events == list(range(1, len(own_events) + 1))
    caused = await moot.read(
        lambda tx: tx.fetch_value(
            "SELECT count(*) FROM events WHERE (author LIKE ? OR stream = ?)"
            " AND stream NOT LIKE 'acts:%'",
            *(f"%{ana.id}%", stream),
        )
    )
    assert len(given["events"]) == caused


async def test_own_words_come_with_where_they_stand_and_whom_they_answer(lived: Lived) -> None:
    """Posts, wordings, threads and lines are whole; of others only the handle is named (P9)."""
    given = lived.given
    assert [row["post"]["body"] for row in given["posts"]] == ["ana's words", "ana to @ben, mended"]
    assert [row["address"] for row in given["posts"]] == ["garden/2/1", "garden/1/2"]
    assert given["posts"][1]["answers"] == "ben"
    assert given["posts"][1]["answers_number"] == 1
    assert given["posts"][1]["title"] == "ben's title"
    [wording] = given["wordings"]
    assert (wording["post"], wording["wording"]["body"]) == (lived.answer, "ana to ben, and @ben")
    assert [row["thread"]["title"] for row in given["threads"]] == ["ana's title"]
    assert [(row["address"], row["line"]["body"]) for row in given["lines"]] == [
        ("garden/lounge/1", "ana's line")
    ]


async def test_what_concerns_the_member_is_given(ana: Line, lived: Lived) -> None:
    """Answers, thanks, choices, marks, invitations and acts are in the export (P9, P11)."""
    given = lived.given
    assert [row["by"] for row in given["answers"]] == ["ben"]
    assert [row["address"] for row in given["mentions"]] == ["garden/2/2"]
    called = [(row["address"], row["by"]) for row in given["lounge_mentions"]]
    assert called == [("garden/lounge/2", "ben")]
    assert [row["to"] for row in given["thanks_given"]] == ["ben"]
    assert [row["by"] for row in given["thanks_received"]] == ["ben"]
    muted = next(row for row in given["choices"] if row["kind"] == "member")
    assert (muted["stance"], muted["handle"]) == ("mute", "ben")
    assert given["marks"][0]["ranges"] == [[1, 2]]
    assert given["member"][0]["handle"] == "ana"
    assert [row["handle"] for row in given["guests"]] == ["cem"]
    assert [row["method"] for row in given["acts_about"]] == ["boards.appoint"] * 2
    assert [row["method"] for row in given["acts_done"]] == ["boards.configure"]
    told = {row["act"]["id"] for row in given["notices"]}
    assert told == {row["id"] for row in given["acts_about"]}
    assert given["recovery_codes"] == [{"left": len(ana.person.codes)}]


def _counted(data: PersonalData, member: str) -> Callable[[Tx], int]:
    table, _, column = data.column.partition(".")
    sql = f"SELECT count(*) FROM {table} WHERE instr({column}, ?) > 0"
    return lambda tx: int(tx.fetch_value(sql, member))


async def test_the_words_of_others_and_secrets_are_not_in_it(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Of others only handles and titles are given, and of secrets not even a digest (P9, P11)."""
    ben = await seated(moot, "ben", board)
    theirs = await start(ben, board, "ben's own words", "ben's title")
    await write(ben, theirs.thread, "ben to ben, about @ana")
    await write(ana, theirs.thread, "ana's words", theirs.post)
    await ben.ask(SetMemberChoice(member=ana.id, stance=Stance.MUTE))
    await exported(ana)
    assert b"ben's own words" not in ana.sent.replace(b"ana's words", b"")
    assert b"about @ana" not in ana.sent
    text = msgspec.json.encode(await exported(ana))
    digests = await moot.read(_digests)
    for digest in digests:
        assert digest not in text
        assert digest.hex().encode() not in text
    assert b"mute" not in text


def _digests(tx: Tx) -> list[bytes]:
    return [
        digest
        for (digest,) in tx.fetch_all(
            "SELECT token_hash FROM sessions UNION ALL SELECT code_hash FROM recovery_codes"
            " UNION ALL SELECT CAST(password AS BLOB) FROM members"
        )
    ]


async def test_a_board_that_was_left_keeps_its_names_to_itself(moot: Moot, ana: Line) -> None:
    """Words on a private board are still their author's; its slug and titles are not (P9)."""
    board = await moot.board(moot.sysop, "cellar", visibility=Visibility.PRIVATE)
    await moot.sysop.ask(OfferSeat(board=board, member=ana.id))
    await ana.ask(TakeSeat(board=board, norms_version=1))
    begun = await start(moot.sysop, board, "B", "a secret title")
    await write(ana, begun.thread, "ana's words in the cellar")
    await ana.ask(LeaveSeat(board=board))
    given = await exported(ana)
    [post] = given["posts"]
    assert post["post"]["body"] == "ana's words in the cellar"
    assert "address" not in post
    assert "title" not in post
    assert "secret title" not in str(given)


async def test_what_is_over_is_not_in_it(moot: Moot, board: BoardId, ana: Line) -> None:
    """Withdrawn, faded and purged words are gone, with their wordings; held ones are there (P10)."""
    begun = await start(ana, board, "first words")
    gone = await write(ana, begun.thread, "withdrawn words")
    await ana.ask(EditPost(post=gone, body="withdrawn words, mended"))
    await ana.ask(WithdrawPost(post=gone))
    purged = await write(ana, begun.thread, "purged words")
    await moot.sysop.carry(Purge(post=purged, law="StGB 130", reason="By order"))
    await moot.sysop.carry(ConfigureBoard(board=board, hold_s=60))
    held = await write(ana, begun.thread, "held words")
    given = await exported(ana)
    states = {row["post"]["id"]: row["post"].get("state", "published") for row in given["posts"]}
    assert states == {
        begun.post: "published",
        gone: "withdrawn",
        purged: "purged",
        held: "held",
    }
    assert given["wordings"] == []
    assert [row["post"].get("body") for row in given["posts"]] == [
        "first words",
        None,
        None,
        "held words",
    ]
    await moot.sysop.carry(ConfigureBoard(board=board, retention_days=1))
    moot.clock.jump(days=2)
    faded = await exported(ana)
    assert "first words" not in str(faded)


async def test_who_waits_takes_their_things_away(moot: Moot) -> None:
    """The export is open to a member who waits for a seat and may do nothing else (P9)."""
    seats = len((await moot.sysop.ask(ListMembers())).members)
    await moot.sysop.carry(ConfigureBoard(board=COMMONS, seats=seats))
    line = await moot.join("waits")
    assert isinstance(await line.refused(ListMembers()), OnWaitingList)
    given = await exported(line)
    assert given["member"][0]["state"] == "waiting"
    assert [row["state"] for row in given["seats"]] == ["waiting"]


async def test_a_community_that_closes_gives_everything_until_its_end(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Closing takes no words from their owners: an export is open while it can be read (P9)."""
    await start(ana, board, "ana's words")
    day = instant(moot.clock()) + timedelta(days=limits.CLOSING_NOTICE_DAYS_MIN + 1)
    await moot.sysop.carry(AnnounceClosing(on=day, reason="Nobody is left"))
    moot.clock.jump(days=limits.CLOSING_NOTICE_DAYS_MIN + 2)
    given = await exported(ana)
    assert [row["post"]["body"] for row in given["posts"]] == ["ana's words"]


async def test_no_token_takes_anything_away(moot: Moot, ana: Line) -> None:
    """What a member may do alone, a script may not do for them (P2)."""
    script = await moot.with_token(ana, sorted(TOKEN_POWERS))
    for request in (Export(), ListExport()):
        assert isinstance(await script.refused(request), NotAllowed)


@pytest.mark.parametrize(
    "after",
    [
        "nowhere:[1]",
        "posts:",
        "posts:[]",
        'posts:["a"]',
        "posts:[1,2]",
        "choices:[1]",
        "member:{}",
        "posts:[99999999999999999999]",
    ],
)
async def test_a_place_that_no_page_gave_is_refused(ana: Line, after: str) -> None:
    """A made-up place names the field and what to do; it never reaches a table (protocol 14.2)."""
    refusal: FolkmootError = await ana.refused(Export(after=after))
    assert isinstance(refusal, BadParams)
    assert refusal.field == "after"


async def test_pages_are_cut_by_bytes_and_join_without_a_gap(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Posts longer than a page come in several; each is given once, in order (protocol 14.2)."""
    begun = await start(ana, board, "0")
    count = 2 * limits.PAGE_BYTES_MAX // limits.BODY_CHARS_MAX
    for n in range(count):
        body = f"{n} ".ljust(limits.BODY_CHARS_MAX, "x")
        await ana.ask(WritePost(thread=begun.thread, post=new_id(), body=body))
    pages, after = [], None
    while True:
        page = await ana.ask(Export(after=after))
        pages.append(page)
        after = page.next_after
        if after is None:
            break
    assert len(pages) > 2
    assert all(len(answer) < limits.FRAME_TO_CLIENT_BYTES_MAX for answer in ana.answers)
    bodies = [
        msgspec.json.decode(row.row)["post"]["body"].split()[0]
        for page in pages
        for row in page.rows
        if row.section == "posts"
    ]
    assert bodies == ["0", *map(str, range(count))]


async def test_what_is_left_out_is_told_with_its_reason(ana: Line) -> None:
    """The list of contents names each section, and what no export gives and why (P11)."""
    contents = await ana.ask(ListExport())
    assert [section.name for section in contents.sections] == list(find_sections())
    left_out = {each.what: each.why for each in contents.left_out}
    assert "members.password" in left_out
    assert "nobody is told who mutes them" in left_out["choices.subject"]


async def test_pages_of_a_single_row_join_to_the_whole(moot: Moot, ana: Line, lived: Lived) -> None:
    """Wherever a page is cut, between sections too, the next goes on behind it (protocol 14.2)."""
    table, time = moot.running.dispatcher.table, moot.running.dispatcher.store.time
    ctx = Context(time.moment(), secrets.token_bytes, table.readers)

    def page(tx: Tx, after: str | None) -> ExportPage:
        inside = execute.with_standing(tx, table, ctx, ctx.moment, ana.caller.session, Export())
        slices = make_page(tx, inside, after, bytes_max=1)
        while True:
            try:
                next(slices)
            except StopIteration as stop:
                found: ExportPage = stop.value
                return found

    rows: Rows = defaultdict(list)
    after = None
    while True:
        single = await moot.read(partial(page, after=after))
        [each] = single.rows
        rows[each.section].append(msgspec.json.decode(each.row))
        after = single.next_after
        if after is None:
            break
    assert rows == lived.given


@given(st.data())
def test_a_place_leads_back_to_its_key(data: st.DataObject) -> None:
    """Whatever stands in a key, a place is what the wire takes, and gives the key back (14.2)."""
    section = data.draw(st.sampled_from(list(find_sections().values())))
    kind = section.rows.key_type if isinstance(section.rows, OwnedRows) else section.key
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=limits.NAME_CHARS_MAX)
    parts = {int: st.integers(0, 2**53 - 1), str: text}
    key = data.draw(st.tuples(*(parts[part] for part in get_args(kind))))
    place = msgspec.convert(section.place(key), ExportPlace)
    name, _, rest = place.partition(":")
    assert (name, section.parse_key(rest)) == (section.name, key)
