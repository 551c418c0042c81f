"""A lifeboat has what its maker's mirror may show, and nothing that names anybody in public (33.2)."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bbs.clock import instant
from bbs.export.errors import TargetTaken
from bbs.features.members.views import FormerAuthor, ImportedAuthor, MemberAuthor
from bbs.features.norms.messages import Clause, Norms
from bbs.features.packs.consent_messages import (
    BoardConsent,
    ClaimEntry,
    ClaimList,
    PackConsent,
)
from bbs.features.packs.tags import author_hashes, author_tags, is_own
from bbs.features.packs.views import (
    Line,
    PackAuthor,
    PackHeading,
    PackKind,
    PackPost,
    PackSettings,
    PackState,
    PackThread,
)
from bbs.features.threads.views import ContentState
from bbs.ids import COMMONS, new_id
from bbs.profiles import Profile
from bbs.signatures import public_key_of, to_base64url
from bbs.testing import FakeClock, a_board, a_post, a_seat, a_thread
from bbs.wire.pack_reader import read_pack
from bbs_client.features.packs.mirror import AllThreadsKnown, NewClaimList
from bbs_client.lifeboat import NoLifeboat
from bbs_client.lifeboat_file import Made, make_lifeboat
from bbs_client.mirror.file import Mirror

ANA, BEN, CEM, DAN = (new_id() for _ in range(4))
SEED = b"\x03" * 32
BOARD, THREAD = new_id(), new_id()
AT = instant(1_000)
HASHES = {
    each: author_hashes(b"n" * 32, each, [public_key_of(SEED)] * (each == BEN))
    for each in (ANA, BEN, CEM)
}
PROFILE = Profile(
    name="ana",
    url="bbs://moot.example:7000",
    handle="ana",
    member=ANA,
    session=new_id(),
    token="t" * 40,
    key_private=to_base64url(b"\x05" * 32),
    host="moot.example:7000",
    server_key=public_key_of(b"\x07" * 32),
)


def said(number: int, author: str | None, body: str | None, **fields: Any) -> Any:
    """Return a post of the garden's only thread."""
    who = FormerAuthor() if author is None else MemberAuthor(id=author)
    given = {"author": who, "at": AT, "visible_at": AT, "fades_at": None, "seq": number, **fields}
    return a_post(board=BOARD, thread=THREAD, number=number, body=body, **given)


def listed(*entries: ClaimEntry) -> NewClaimList:
    """Return a claim list, as it is once its signature was checked."""
    page = ClaimList(
        board=BOARD,
        members=entries,
        host=PROFILE.host,
        epoch="e-1",
        at=AT,
        key=PROFILE.server_key or "",
        signature="",
    )
    return NewClaimList(BOARD, (page,))


@pytest.fixture
def mirror(tmp_path: Path) -> Any:
    """The mirror of ana, who sits in the garden; one thread of it is here by its head."""
    norms = (Clause(text="Stay with plants.", why="It is why."),)
    with closing(Mirror.open(tmp_path / "mirror.db", ANA, FakeClock())) as cache:
        cache.set_epoch("e-1")
        cache.apply(
            [
                a_board(id=COMMONS, title="The Moot", slug="commons"),
                a_board(id=BOARD, slug="garden", title="Garden"),
                a_seat(board=BOARD, member=ANA),
                Norms(board=BOARD, version=1, clauses=norms, since=AT),
                AllThreadsKnown(BOARD),
            ]
        )
        yield cache


def made(mirror: Mirror, folder: Path, *posts: Any, **head: Any) -> tuple[Made, list[Line]]:
    """Make a lifeboat of a thread with these posts, and return what it holds."""
    author = posts[0].author
    thread = a_thread(id=THREAD, board=BOARD, number=1, author=author, posts=len(posts), at=AT)
    mirror.apply([replace(thread, **head), *posts])
    target = folder / "garden.pack"
    done = make_lifeboat(PROFILE, mirror, BOARD, target)
    with target.open("rb") as file:
        return done, list(read_pack(file))


def of(kind: type[Any], lines: list[Line]) -> list[Any]:
    """Return the lines of a kind."""
    return [line for line in lines if isinstance(line, kind)]


def test_it_is_a_pack_that_proves_nothing(mirror: Mirror, tmp_path: Path) -> None:
    """Heading, settings and norms say what stood where; nobody signs, and its kind says so (33.2)."""
    done, lines = made(mirror, tmp_path, said(1, ANA, "Rhubarb"))
    [heading], [settings] = of(PackHeading, lines), of(PackSettings, lines)
    [home] = heading.homes
    assert (heading.kind, heading.board) == (PackKind.LIFEBOAT, BOARD)
    assert (home.host, home.community, home.slug) == ("moot.example:7000", "The Moot", "garden")
    assert (settings.settings.title, settings.norms_version, settings.opened_at) == (
        "Garden",
        1,
        AT,
    )
    assert (done.summary.signatures, done.summary.posts, done.unfinished) == ((), 1, ())


def test_owners_find_their_words_and_nobody_else_is_found(mirror: Mirror, tmp_path: Path) -> None:
    """Tags come from the claim list; who is not in it gets noise, and the maker their own key (29.2)."""
    mirror.apply([listed(ClaimEntry(member=BEN, hashes=HASHES[BEN]))])
    posts = (said(1, BEN, "Ben's"), said(2, CEM, "Cem's"), said(3, ANA, "Ana's"))
    _, lines = made(mirror, tmp_path, *posts)
    ben, cem, ana = of(PackAuthor, lines)
    assert ben.tags == author_tags(HASHES[BEN], THREAD)
    keys = [public_key_of(seed) for seed in (SEED, b"\x05" * 32)]
    found = [[is_own(key, THREAD, each.tags) for key in keys] for each in (ben, cem, ana)]
    assert found == [[True, False], [False, False], [False, True]]
    assert [post.author for post in of(PackPost, lines)] == [0, 1, 2]
    assert {(each.handle, each.name) for each in (ben, cem, ana)} == {(None, None)}


def test_a_name_needs_the_signed_list_and_what_was_heard_last(
    mirror: Mirror, tmp_path: Path
) -> None:
    """Only who is named in both stands with a name: in doubt there is none (33.2, P11)."""
    by_name = [
        ClaimEntry(
            member=member,
            consent=PackConsent.NAMED,
            handle=handle,
            name="Somebody",
            hashes=HASHES[member],
        )
        for member, handle in ((ANA, "ana"), (BEN, "ben"))
    ]
    mirror.apply(
        [
            listed(*by_name),
            *(
                BoardConsent(board=BOARD, member=each, consent=PackConsent.NAMED)
                for each in (ANA, CEM)
            ),
        ]
    )
    posts = (said(1, ANA, "Ana's"), said(2, BEN, "Ben's"), said(3, CEM, "Cem's"))
    done, lines = made(mirror, tmp_path, *posts)
    assert [each.handle for each in of(PackAuthor, lines)] == ["ana", None, None]
    assert done.named == 1


@pytest.mark.parametrize("heard", ["stream", "list"])
def test_who_is_left_out_leaves_a_marker(mirror: Mirror, tmp_path: Path, heard: str) -> None:
    """Nothing of theirs is in the file, whichever of the two was heard: not even a tag (29.1)."""
    out = PackConsent.LEFT_OUT
    mirror.apply(
        [BoardConsent(board=BOARD, member=BEN, consent=out)]
        if heard == "stream"
        else [listed(ClaimEntry(member=BEN, consent=out, hashes=HASHES[BEN]))]
    )
    posts = (said(1, BEN, "Ben's secret"), said(2, ANA, "Ana's"))
    _, lines = made(mirror, tmp_path, *posts, title="Ben's title")
    first, second = of(PackPost, lines)
    assert (first.state, first.author, second.author) == (PackState.LEFT_OUT, None, 0)
    [thread] = of(PackThread, lines)
    assert (thread.state, thread.author, thread.title) == (PackState.LEFT_OUT, None, None)
    data = (tmp_path / "garden.pack").read_text()
    forbidden = ("Ben's", BEN, *author_tags(HASHES[BEN], THREAD))
    assert [each for each in forbidden if each in data] == []


def test_words_that_ended_or_are_hidden_are_markers(mirror: Mirror, tmp_path: Path) -> None:
    """Hidden words stay out though their author or a moderator reads them; so does what is over (P10)."""
    posts = (
        said(1, ANA, "Shown"),
        said(2, ANA, "canary", state=ContentState.HIDDEN, norm=1),
        said(3, BEN, None, state=ContentState.WITHDRAWN),
        said(4, BEN, "canary", fades_at=instant(2_000)),
        said(5, BEN, None, state=ContentState.PURGED),
        said(6, None, "Of a former member"),
        said(7, CEM, "canary \x1b[2J"),
    )
    held = said(8, ANA, "canary", state=ContentState.HELD)
    mirror.apply([replace(held, number=None)])
    _, lines = made(mirror, tmp_path, *posts)
    assert [post.state for post in of(PackPost, lines)] == [
        *(PackState.PUBLISHED, PackState.HIDDEN, PackState.WITHDRAWN, PackState.FADED),
        *(PackState.PURGED, PackState.PUBLISHED, PackState.HIDDEN),
    ]
    assert "canary" not in (tmp_path / "garden.pack").read_text()
    assert of(PackPost, lines)[5].author is None


def test_a_mails_author_has_neither_name_nor_tags(mirror: Mirror, tmp_path: Path) -> None:
    """A forged lifeboat could put words into anybody's mouth: no name shows without a claim (33.2)."""
    mail = replace(said(1, ANA, "Mail", imported=True), author=ImportedAuthor(id="x", name="Rosa"))
    _, lines = made(mirror, tmp_path, mail, imported=True)
    assert of(PackAuthor, lines) == [PackAuthor(number=0)]
    assert "Rosa" not in (tmp_path / "garden.pack").read_text()


def test_a_thread_that_is_not_whole_is_left_out(mirror: Mirror, tmp_path: Path) -> None:
    """The file has whole threads only; its maker is told which ones are missing (33.2)."""
    other = a_thread(board=BOARD, number=2, author=MemberAuthor(id=BEN), posts=2, at=AT)
    mirror.apply([other])
    done, lines = made(mirror, tmp_path, said(1, ANA, "Whole"))
    assert [thread.number for thread in of(PackThread, lines)] == [1]
    assert done.unfinished == (2,)


def test_a_merged_thread_leads_on_within_the_board_alone(mirror: Mirror, tmp_path: Path) -> None:
    """An old address leads to the thread that took its posts, if the file has that one (33.2)."""
    for number, to in ((2, THREAD), (3, new_id())):
        gone = a_thread(board=BOARD, number=number, author=MemberAuthor(id=BEN), at=AT)
        mirror.apply([replace(gone, state=ContentState.MOVED, title=None, moved_to=to)])
    _, lines = made(mirror, tmp_path, said(1, ANA, "Whole"))
    assert [each.moved_to for each in of(PackThread, lines)] == [None, THREAD, None]


def test_what_cannot_be_made_leaves_no_file(mirror: Mirror, tmp_path: Path) -> None:
    """No board, no norms, the commons, a server without a key, a place that is taken (33.2)."""
    target = tmp_path / "x.pack"
    for profile, board in (
        (PROFILE, new_id()),
        (PROFILE, COMMONS),
        (replace(PROFILE, server_key=None), BOARD),
    ):
        with pytest.raises(NoLifeboat):
            make_lifeboat(profile, mirror, board, target)
    mirror.execute("DELETE FROM norms")
    with pytest.raises(NoLifeboat):
        make_lifeboat(PROFILE, mirror, BOARD, target)
    target.write_text("mine")
    with pytest.raises(TargetTaken):
        make_lifeboat(PROFILE, mirror, BOARD, target)
    assert sorted(path.name for path in tmp_path.glob("*pack*")) == ["x.pack"]
