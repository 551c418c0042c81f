"""A board as if it had come with a pack, and people who hold the keys of its authors."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bbs.features.packs.claim_messages import (
    ClaimPage,
    ClaimResult,
    DecideClaim,
    FindClaim,
    GetClaimChallenge,
)
from bbs.features.packs.claim_views import ClaimAnswer
from bbs.features.packs.signing import claim_text
from bbs.features.packs.tags import author_hashes, author_tags
from bbs.features.packs.views import PackHeading, PackHome, PackKind
from bbs.ids import BoardId, ThreadId, new_id
from bbs.messages import Done
from bbs.signatures import to_base64url
from bbs_server.features.packs import claim_seats
from bbs_server.features.packs.unpack_writing import imported_id
from bbs_server.handler_api import Context
from bbs_server.outcome import Outcome
from bbs_server.store import texts
from bbs_server.store.api import Tx
from tests.support.moot import Line, Moot
from tests.support.people import Person

DIGEST = "ab" * 32
HOME = PackHome(host="moot.example", community="Moot", epoch="e1", key="A" * 43, slug="garden")


def _insert(tx: Tx, table: str, **fields: Any) -> None:
    marks = ", ".join("?" * len(fields))
    tx.execute(f"INSERT INTO {table} ({', '.join(fields)}) VALUES ({marks})", *fields.values())


class Unpacked:
    """A board whose words are those of authors elsewhere.

    Attributes:
        imported: The id that an author has in a thread, by member and thread.
    """

    def __init__(self, board: BoardId) -> None:
        self.board = board
        self.imported: dict[tuple[str, ThreadId], str] = {}


async def unpack(
    moot: Moot,
    board: BoardId,
    holders: Mapping[str, Sequence[Person]],
    *,
    handles: Mapping[str, str] | None = None,
    kind: PackKind = PackKind.SERVER,
    moved: bool = False,
    moderators: Sequence[Person] = (),
) -> Unpacked:
    """Let all words on a board be those of imported authors, as unpacking leaves them.

    Args:
        holders: Who holds the keys of each member's words now.
        handles: The names under which a member's words stand; without one they are nameless.
    """
    made = Unpacked(board)

    def write_rows(tx: Tx, ctx: Any) -> Outcome[Any]:
        heading = PackHeading(version=1, board=board, kind=kind, homes=(HOME,))
        signed = kind is PackKind.SERVER
        _insert(
            tx,
            "packs",
            board=board,
            digest=DIGEST,
            kind=kind.value,
            heading=msgspec.json.encode(heading).decode(),
            settings="",
            signatures="",
            key=HOME.key if signed else None,
            moved=int(moved),
            posts=0,
            visibility="members",
            whole_at=1,
            opened_at=1,
        )
        rows = tx.fetch_all(
            "SELECT DISTINCT thread, author FROM posts WHERE board = ? AND author_kind = 'member'",
            board,
        )
        for place, (thread, author) in enumerate(sorted(rows)):
            _write_author(tx, ctx, made, thread, author, place, holders, handles or {})
        for number, person in enumerate(moderators):
            for tag in author_tags(author_hashes(b"x", person.id, [person.public]), board):
                _insert(
                    tx,
                    "pack_tags",
                    board=board,
                    thread=board,
                    tag=tag,
                    imported=imported_id(board, number),
                )

        return Outcome(Done())

    await moot.running.dispatcher.execute_as_system(write_rows)
    return made


def _write_author(
    tx: Tx,
    ctx: Context,
    made: Unpacked,
    thread: ThreadId,
    author: str,
    place: int,
    holders: Mapping[str, Sequence[Person]],
    handles: Mapping[str, str],
) -> None:
    imported = new_id()
    made.imported[author, thread] = imported
    handle = handles.get(author)
    fields = {"board": made.board, "thread": thread, "imported": imported}
    _insert(tx, "pack_authors", place=place, home=0, handle=handle, name=handle, **fields)
    keys = [person.public for person in holders.get(author, ())]
    for tag in author_tags(author_hashes(b"x", author, keys), thread):
        _insert(tx, "pack_tags", tag=tag, **fields)
    if handle is not None:
        text = texts.insert_text(tx, ctx, f"{handle} of {HOME.host}")
        _insert(tx, "imported_authors", id=imported, board=made.board, name_text=text)
    for table, column in (("posts", "thread"), ("threads", "id")):
        tx.execute(
            f"UPDATE {table} SET author_kind = 'imported', author = ? WHERE {column} = ? AND author = ?",
            *(imported, thread, author),
        )


async def keep_seats(moot: Moot, board: BoardId) -> None:
    """Keep seats for the authors, as the opening of the board does."""

    def reserve(tx: Tx, ctx: Any) -> Outcome[Any]:
        authors = tx.fetch_all("SELECT thread, handle FROM pack_authors WHERE board = ?", board)
        widest = max(Counter(thread for thread, _ in authors).values(), default=0)
        named = {handle for _, handle in authors if handle is not None}
        claim_seats.reserve(tx, ctx, board, named=len(named), widest=widest)
        return Outcome(Done())

    await moot.running.dispatcher.execute_as_system(reserve)


async def signed(line: Line, person: Person, slug: str = "garden", **parts: str) -> dict[str, str]:
    """Ask for a challenge and sign it; return the key and the signature of a claim.

    Args:
        parts: Parts of the signed text that are to be others than the right ones.
    """
    challenge = await line.ask(GetClaimChallenge(slug=slug))
    epoch = line.moot.running.dispatcher.epoch
    right = {"host": challenge.host, "epoch": epoch, "nonce": challenge.nonce}
    text = claim_text(**{**right, "digest": challenge.digest, **parts})
    return {"key": person.public, "signature": to_base64url(person.key.sign(text))}


async def find(line: Line, person: Person, slug: str = "garden", **fields: Any) -> ClaimPage:
    """Find a person's words, as a stranger."""
    proof = await signed(line, person, slug)
    return await line.ask(FindClaim(slug=slug, **{**proof, **fields}))


async def decide(
    line: Line,
    person: Person,
    answer: ClaimAnswer,
    threads: Sequence[ThreadId],
    *,
    code: str | None = None,
    **fields: Any,
) -> ClaimResult:
    """Decide about a person's words, as a stranger."""
    proof = await signed(line, person)
    hashed = None if code is None else hashlib.sha256(code.encode()).hexdigest()
    return await line.ask(
        DecideClaim(
            slug="garden",
            answer=answer,
            threads=tuple(threads),
            code_hash=hashed,
            **{**proof, **fields},
        )
    )
