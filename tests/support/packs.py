"""Packs made by hand: a small board with every kind of line, and packs put together from any lines."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from bbs.chain import NO_DIGEST, text_commitment
from bbs.clock import to_ms
from bbs.features.boards.settings_structs import PackedSettings
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Act, ActRecorded, Thing, ThingKind
from bbs.features.norms.messages import Clause
from bbs.features.packs.order_rules import act_digest
from bbs.features.packs.pack_file import PackWriter, encode_line
from bbs.features.packs.signing import pack_text
from bbs.features.packs.views import (
    Line,
    PackAct,
    PackAuthor,
    PackHeading,
    PackHome,
    PackKind,
    PackModerator,
    PackNorms,
    PackPost,
    PackSettings,
    PackSignature,
    PackState,
    PackThread,
    PackWord,
)
from bbs.powers import Office, Power
from bbs.signatures import public_key_of, sign

SEED = b"\x07" * 32
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
BOARD = "5b0f8d2e-7f5d-4f6b-9a51-0d8a4f3b2c10"
HOME = PackHome(
    host="moot.example",
    community="The Moot",
    epoch="e-1",
    key=public_key_of(SEED),
    slug="garden",
)


def uuid(number: int) -> str:
    """Return an id that is the same in each run."""
    found = hashlib.sha256(str(number).encode()).hexdigest()
    return f"{found[:8]}-{found[8:12]}-4{found[13:16]}-8{found[17:20]}-{found[20:32]}"


def tags_of(number: int) -> tuple[str, ...]:
    """Return four claim tags that are the same in each run."""
    found = (hashlib.sha256(f"{number} {each}".encode()).hexdigest() for each in range(4))
    return tuple(sorted(found))


def act(seq: int, before: bytes, reason: str | None = None) -> PackAct:
    """Return an act of the board that follows another one.

    Args:
        before: The digest of the act before it.
    """
    salt = seq.to_bytes(16)
    key = None if reason is None else f"{text_commitment(salt, reason)}.{seq}"
    author = MemberAuthor(id=uuid(900))
    recorded = ActRecorded(
        act=Act(
            id=uuid(1_000 + seq),
            board=BOARD,
            number=seq,
            at=NOON,
            method="threads.pin",
            author=author,
            office=Office.MODERATOR,
            power=Power.TEND,
            thing=Thing(kind=ThingKind.THREAD, id=uuid(1), thread=1),
        )
    )
    line = PackAct(
        seq=seq,
        at=NOON,
        kind=ActRecorded.kind,
        author=Raw(msgspec.json.encode(author)),
        subject=uuid(1),
        data=Raw(msgspec.json.encode(recorded)),
        texts={} if key is None else {"act.reason": key},
        digest="0" * 64,
        words=()
        if key is None or reason is None
        else (PackWord(id=key, body=reason, salt=salt.hex()),),
    )
    return replace(line, digest=act_digest(BOARD, before, line).hex())


def post(thread: int, number: int, body: str | None, **fields: object) -> PackPost:
    """Return a post of a thread, by its author 0 unless told otherwise."""
    at = NOON + timedelta(minutes=thread * 60 + number)
    given = {
        "id": uuid(thread * 1_000 + number),
        "number": number,
        "author": 0,
        "at": at,
        "visible_at": at,
        "norms_version": 1,
        "body": body,
        **fields,
    }
    return msgspec.convert(given, PackPost)


def small_board() -> list[Line]:
    """Return the lines of a board with every kind of line and every state of words."""
    first = act(1, NO_DIGEST)
    second = act(2, bytes.fromhex(first.digest), "It is what everybody asks for")
    ana = PackAuthor(number=0, tags=tags_of(1), handle="ana", name="Ana")
    ends = [state for state in PackState if state is not PackState.PUBLISHED]
    return [
        PackHeading(version=1, board=BOARD, homes=(HOME,)),
        PackSettings(
            settings=PackedSettings(
                slug="garden",
                title="The garden",
                charter="Beds, and what grows in them.",
                seats=40,
                lounge_hours=24,
            ),
            opened_at=NOON,
            norms_version=2,
            threads=5,
            moderators=(PackModerator(tags=tags_of(9)),),
        ),
        PackNorms(version=1, since=NOON, clauses=(Clause(text="Be kind.", why="We stay."),)),
        PackNorms(
            version=2,
            since=NOON,
            clauses=(Clause(text="Be kind.", why="We stay.", example="Say hello."),),
            reason="An example was missing",
        ),
        PackThread(id=uuid(1), number=1, author=0, title="Beans", at=NOON, pinned=True),
        ana,
        PackAuthor(number=1, tags=tags_of(2)),
        post(1, 1, "They climb. ”Cäfé\n\n- one"),
        post(1, 2, "So they do.", parent=1, author=1, edits=1, edited_at=NOON),
        *(
            post(1, 3 + place, None, parent=1, author=None, state=state)
            for place, state in enumerate(ends)
        ),
        PackThread(
            id=uuid(2), number=3, author=None, at=NOON, state=PackState.MOVED, moved_to=uuid(1)
        ),
        PackThread(id=uuid(3), number=4, author=0, title="Peas", at=NOON, imported=True),
        PackAuthor(number=0, name="Old Bo"),
        post(3, 1, "A mail", imported=True, subject="Re: peas"),
        first,
        second,
    ]


def signature_over(
    digest: str, *, home: PackHome = HOME, seed: bytes = SEED, at: datetime = NOON
) -> PackSignature:
    """Return what a home says of a digest."""
    text = pack_text(home.host, home.epoch, digest, to_ms(at))
    return PackSignature(
        host=home.host,
        epoch=home.epoch,
        key=public_key_of(seed),
        at=at,
        signature=sign(seed, text),
    )


def packed(
    lines: Iterable[Line | bytes], signers: Sequence[tuple[PackHome, bytes]] = ((HOME, SEED),)
) -> bytes:
    """Return a pack of these lines, whatever they are, with checks and signatures."""
    found = bytearray()
    writer = PackWriter(found.extend)
    for line in lines:
        writer.add(line if isinstance(line, bytes) else encode_line(line))
    digest = writer.close().digest
    writer.sign(signature_over(digest, home=home, seed=seed) for home, seed in signers)
    return bytes(found)


def as_lifeboat(lines: Sequence[Line]) -> list[Line]:
    """Return the same lines as a member's device would write them, but for what it does not know."""
    head, *rest = lines
    assert isinstance(head, PackHeading)
    return [replace(head, kind=PackKind.LIFEBOAT), *rest]
