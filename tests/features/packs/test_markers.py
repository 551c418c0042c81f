"""Markers say how their words ended, and a last list takes names, too; by which key it is known (30.8)."""

import json

from msgspec.structs import replace

from bbs.features.members.author_text import author_name
from bbs.features.members.views import ImportedAuthor
from bbs.features.ownership.leaving_messages import Leave
from bbs.features.ownership.views import LeaveWords
from bbs.features.packs.consent_messages import PackConsent, SetConsent
from bbs.features.packs.last_messages import BringLastPage, GiveReceipt
from bbs.features.packs.last_rules import page_text
from bbs.features.packs.last_views import LastPage
from bbs.features.packs.move_messages import BringReceipt
from bbs.features.threads.ended_there import EndedThere
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import ListPosts, ListThreads, WithdrawPost
from bbs.features.threads.views import Post
from bbs.move_refusals import PaperRefused
from bbs.terminal.render import text_of, title_of
from bbs_server.store import signing_key
from bbs_server.store.api import Tx
from tests.features.packs.test_two_servers import Both, both  # noqa: F401 - a fixture
from tests.support.moot import Moot
from tests.support.packing import pack_of
from tests.support.talk import start, write


async def posts_at(two: Both, thread: str) -> list[Post]:
    """Return the posts of a thread as a reader at the new server sees them."""
    return list((await two.reader.ask(ListPosts(thread=thread))).posts)


async def unpacked_with_names(two: Both) -> None:
    """Let ana's name go along with the pack that the new server unpacks."""
    await two.old.ana.ask(SetConsent(board=two.board, consent=PackConsent.NAMED))
    await two.announce()
    await two.old.pass_days(14)
    await two.unpacked()


async def stands(moot: Moot, words: str) -> bool:
    """Return whether any row of a server has some words."""

    def look(tx: Tx) -> bool:
        tables = tx.fetch_all(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        for (table,) in tables:
            rows = tx.fetch_all(f'SELECT * FROM "{table}"')
            if any(words.encode() in _bytes(value) for row in rows for value in row):
                return True
        return False

    return bool(await moot.read(look))


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


async def test_a_name_that_is_taken_back_falls_there(both: Both) -> None:  # noqa: F811 - the fixture
    """Named when it was packed, and nameless before the list: no row there has the name, in no thread;
    her words stand, and her claim tags with them (protocol 29.1, 30.8, P9)."""
    old = both.old
    await write(old.ana, old.of_bo.thread, "Mine, too.")
    await write(old.ana, old.of_bo.thread, "And this.")
    await unpacked_with_names(both)
    assert await stands(both.new, "ana of ")
    tags = "SELECT count(*) FROM pack_tags"
    before = await both.new.read(lambda tx: tx.fetch_value(tags))
    await old.ana.ask(SetConsent(board=both.board, consent=PackConsent.NAMELESS))
    await both.hand_over()
    pages = await both.last_list()
    named = [key for page in pages for words in page.threads for key in words.nameless]
    assert len(named) == 3  # her thread and its post, and of two posts in another the first
    done = await both.bring(pages)
    assert (done.is_open, done.ended) == (True, 0)
    assert not await stands(both.new, "ana of ")
    assert await both.new.read(lambda tx: tx.fetch_value(tags)) == before
    [post] = await posts_at(both, old.of_ana.thread)
    assert (post.body, type(post.author)) == ("Peas.", ImportedAuthor)
    assert getattr(post.author, "name", "") is None


async def test_a_later_list_takes_a_name_off_an_open_board(both: Both) -> None:  # noqa: F811 - the fixture
    """The board is open there already: a later list takes her name, then she leaves as a former member
    and is nobody; an older list again brings nothing back (protocol 30.8)."""
    old = both.old
    await unpacked_with_names(both)
    await both.hand_over()
    first = await both.last_list()
    await both.bring(first)
    assert await stands(both.new, "ana of ")
    await old.ana.ask(SetConsent(board=both.board, consent=PackConsent.NAMELESS))
    second = await both.last_list()
    await both.bring(second)
    assert not await stands(both.new, "ana of ")
    await old.ana.ask(Leave(board=both.board, words=LeaveWords.FORMER))
    await both.bring(await both.last_list())
    for again in (second, first):
        assert (await both.bring(again)).ended == 0
    assert not await stands(both.new, "ana of ")
    [post] = await posts_at(both, old.of_ana.thread)
    assert (post.body, post.author) == ("Peas.", ImportedAuthor(id=post.id))


async def test_who_leaves_with_the_name_is_nowhere_there(both: Both) -> None:  # noqa: F811 - the fixture
    """Named in the pack, then a former member, or left out, title and all: no row there has name, words
    or title after the list (protocol 30.8, P9, P10)."""
    old = both.old
    secret = await start(old.bo, both.board, "Bitter canary.", title="Canary title")
    await old.bo.ask(SetConsent(board=both.board, consent=PackConsent.NAMED))
    await unpacked_with_names(both)
    assert await stands(both.new, "canary")
    await old.ana.ask(Leave(board=both.board, words=LeaveWords.FORMER))
    await both.hand_over()
    await both.bring(await both.last_list())
    assert not await stands(both.new, "ana of ")
    await old.bo.ask(SetConsent(board=both.board, consent=PackConsent.LEFT_OUT))
    await both.bring(await both.last_list())
    for words in ("bo of ", "canary", "Canary title"):
        assert not await stands(both.new, words), words
    [post] = await posts_at(both, secret.thread)
    assert post.body is None
    assert (post.ended_there, post.author) == (EndedThere.LEFT_OUT, ImportedAuthor(id=post.id))
    assert author_name(post.author, {}) == "a nameless author"


async def test_each_marker_says_how_its_words_ended(both: Both) -> None:  # noqa: F811 - the fixture
    """Left out, hidden by a moderator, withdrawn; before packing or after it: each is told apart where
    the board stands now, in a reader's lines, in its threads, and in a pack made there (29.10)."""
    old, sysop = both.old, both.old.moot.sysop
    thread = old.of_ana.thread
    posts = [await write(old.bo, thread, f"Mine {number}.") for number in range(4)]
    titled = await start(old.ana, both.board, "Rude.", title="Rude title")
    await write(old.ana, titled.thread, "Not rude.")
    await old.bo.ask(WithdrawPost(post=posts[0]))
    await sysop.ask(HidePost(post=posts[1], norm=1, reason="Rude."))
    await unpacked_with_names(both)
    await old.bo.ask(WithdrawPost(post=posts[2]))
    await sysop.ask(HidePost(post=titled.post, norm=1, reason="Rude."))
    await both.hand_over()
    await both.bring(await both.last_list())
    shown = {post.id: text_of(post) for post in await posts_at(both, thread)}
    assert [shown[post] for post in posts] == [
        "(withdrawn)",
        "(hidden where it came from)",
        "(withdrawn)",
        "Mine 3.",
    ]
    await old.bo.ask(SetConsent(board=both.board, consent=PackConsent.LEFT_OUT))
    await both.bring(await both.last_list())
    shown = {post.id: text_of(post) for post in await posts_at(both, thread)}
    assert shown[posts[3]] == "(left out by its author)"
    threads = {
        each.id: each for each in (await both.reader.ask(ListThreads(board=both.board))).threads
    }
    assert title_of(threads[titled.thread]) == "(hidden where it came from)"
    assert title_of(threads[old.of_bo.thread]) == "(left out by its author)"
    data = await pack_of(both.new.sysop, both.board)
    lines = [json.loads(line) for line in data.splitlines()]
    states = {line["id"]: line.get("state") for line in lines if line["line"] in ("post", "thread")}
    assert [states[post] for post in posts] == ["withdrawn", "hidden", "withdrawn", "left_out"]
    assert (states[titled.thread], states[old.of_bo.thread]) == ("hidden", "left_out")


async def test_an_older_list_brings_no_words_back(both: Both) -> None:  # noqa: F811 - the fixture
    """Whoever carries it brings a newer list, then an older one: what ended stays ended (30.8)."""
    old = both.old
    more = await write(old.ana, old.of_bo.thread, "Canary.")
    await both.announce()
    await old.pass_days(14)
    await both.unpacked()
    await both.hand_over()
    older = await both.last_list()
    await old.ana.ask(WithdrawPost(post=more))
    await both.bring(await both.last_list())
    assert (await both.bring(older)).ended == 0
    assert not await stands(both.new, "Canary.")


async def test_a_list_signed_after_a_hand_over_is_known(both: Both) -> None:  # noqa: F811 - the fixture
    """The old server was handed over since it packed: its new key signs, and the old one signed that key
    into its place. Without the change, or with another, the list is refused (protocol 30.8, 32.2)."""
    await both.announce()
    await both.old.pass_days(14)
    await both.unpacked()
    await both.hand_over()
    moot = both.old.moot
    for number in (1, 2):
        await moot.change(lambda tx, n=number: signing_key.change(tx, lambda _: bytes([n] * 32), n))
    [page] = await both.last_list()
    assert len(page.key_changes) == 2
    for bad in (
        replace(page, key_changes=page.key_changes[1:]),
        replace(page, key_changes=(replace(page.key_changes[0], signature="A" * 86),)),
    ):
        signed = await _signed(moot, bad)
        assert isinstance(await both.new.sysop.refused(BringLastPage(page=signed)), PaperRefused)
    assert (await both.bring([page])).is_open


async def _signed(moot: Moot, page: LastPage) -> LastPage:
    """Return a page that the server signed as it is."""
    text = page_text(page)
    return replace(page, signature=await moot.read(lambda tx: signing_key.sign(tx, text)))


async def test_a_receipt_is_for_one_name(both: Both) -> None:  # noqa: F811 - the fixture
    """A carrier who writes another name into the receipt is refused: its signature covers the name, so
    that the old address leads where the new server says (protocol 30.6)."""
    await both.announce(slug="orchard")
    await both.old.pass_days(14)
    await both.unpacked()
    receipt = (await both.new.sysop.ask(GiveReceipt(slug="garden"))).receipt
    bad = replace(receipt, slug="orchard")
    error = await both.old.moot.sysop.refused(BringReceipt(board=both.board, receipt=bad))
    assert isinstance(error, PaperRefused)
    assert "signature is false" in str(error)
