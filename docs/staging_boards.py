"""Boards that come and go in the sample community, for the pictures alone: one moves, one was unpacked."""

import asyncio
import base64
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bbs.cli.demo.sample.seed import SampleCommunity
from bbs.clock import to_ms
from bbs.features.boards.settings import Visibility
from bbs.features.boards.settings_structs import PackedSettings
from bbs.features.norms.messages import Clause
from bbs.features.packs.move_messages import MoveBoard
from bbs.features.packs.pack_file import PackWriter, encode_line
from bbs.features.packs.signing import pack_text
from bbs.features.packs.tags import author_hashes, author_tags
from bbs.features.packs.unpack_messages import BeginUnpacking, GetUnpacking, SendPiece
from bbs.features.packs.unpack_rules import ON_ITS_WAY
from bbs.features.packs.views import (
    Line,
    PackAuthor,
    PackHeading,
    PackHome,
    PackNorms,
    PackPost,
    PackSettings,
    PackSignature,
    PackThread,
)
from bbs.ids import BoardId, new_id
from bbs.profiles import Profile, save_profile
from bbs.refusals import CommandWaits
from bbs.sdk.community import Community
from bbs.signatures import public_key_of, sign, to_base64url

MOVED, WHY = "workshop", "The saws are at the other house by now, and so are most of us."
ITS_KEY, HERS, POLL_SECONDS = b"\x11" * 32, b"\x07" * 32, 0.05
WRITTEN = datetime(2026, 5, 2, 9, tzinfo=UTC)
HOME = PackHome(
    host="reedmere.example",
    community="Reedmere",
    epoch="e-1",
    key=public_key_of(ITS_KEY),
    slug="herons",
)
THREADS = (
    (
        "Two on the weir this morning",
        ("They stood there until the milk came.", "Grey, both of them."),
    ),
    ("Who mends the hide?", ("I have nails, and Saturday.",)),
)


async def let_board_move(community: SampleCommunity) -> None:
    """Announce that a board of the sample moves to another community."""
    move = MoveBoard(
        board=community.boards[MOVED].id,
        host="reedmere.example:7000",
        key=HOME.key,
        slug=MOVED,
        visibility=Visibility.MEMBERS,
        reason=WHY,
        community=HOME.community,
    )
    with suppress(CommandWaits):
        await _sysop(community).call(move)


async def bring_board(community: SampleCommunity) -> None:
    """Unpack a board of another community, on which the visitor's old device wrote."""
    save_profile(
        Profile(
            name="reedmere",
            url="bbs://reedmere.example",
            handle="newcomer",
            member=new_id(),
            session=new_id(),
            token="t" * 43,
            key_private=to_base64url(HERS),
            host=HOME.host,
            server_key=HOME.key,
        )
    )
    data, board = _pack()
    digest, pack, sysop = hashlib.sha256(data).hexdigest(), new_id(), _sysop(community)
    begin = BeginUnpacking(pack=pack, board=board, slug=HOME.slug, size=len(data), digest=digest)
    await sysop.call(begin)
    piece = SendPiece(pack=pack, offset=0, data=base64.b64encode(data).decode())
    shown = (await sysop.call(piece)).unpacking
    while shown.state in ON_ITS_WAY:
        await asyncio.sleep(POLL_SECONDS)
        shown = (await sysop.call(GetUnpacking(pack=pack))).unpacking
    assert shown.why is None, shown.why


def _sysop(community: SampleCommunity) -> Community:
    return next(iter(community.people.values()))


def _pack() -> tuple[bytes, BoardId]:
    """Return a pack that a server signed, small enough for one piece, and the id of its board."""
    found, board = bytearray(), new_id()
    writer = PackWriter(found.extend)
    for line in _lines(board):
        writer.add(encode_line(line))
    digest = writer.close().digest
    text = pack_text(HOME.host, HOME.epoch, digest, to_ms(WRITTEN))
    signature = PackSignature(
        host=HOME.host, epoch=HOME.epoch, key=HOME.key, at=WRITTEN, signature=sign(ITS_KEY, text)
    )
    writer.sign([signature])
    return bytes(found), board


def _lines(board: BoardId) -> Iterator[Line]:
    settings = PackedSettings(
        slug=HOME.slug,
        title="The herons",
        charter="Who saw one, and where.",
        seats=40,
        lounge_hours=24,
    )
    yield PackHeading(version=1, board=board, homes=(HOME,))
    yield PackSettings(settings=settings, opened_at=WRITTEN, norms_version=1, threads=len(THREADS))
    clause = Clause(text="Say where you saw it.", why="Others want to look, too.")
    yield PackNorms(version=1, since=WRITTEN, clauses=(clause,))
    hashes = author_hashes(b"of the pictures", "hers", [public_key_of(HERS)])
    for number, (title, bodies) in enumerate(THREADS, 1):
        at, thread = WRITTEN + timedelta(days=number), new_id()
        yield PackThread(id=thread, number=number, author=0, title=title, at=at)
        yield PackAuthor(number=0, tags=author_tags(hashes, thread))
        for place, body in enumerate(bodies, 1):
            yield PackPost(
                id=new_id(), number=place, parent=place - 1 or None, author=0, at=at, visible_at=at,
                norms_version=1, body=body,
            )  # fmt: skip
