"""Words apart from events: blanked, filled in again, left out of hashes (P10, P12)."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given

from bbs.features.members.messages import ChangePassword, SignInPassword
from bbs.features.members.views import ImportedAuthor
from bbs.features.threads.messages import PostEdited, PostPublished, ThreadPublished, WritePost
from bbs.ids import new_id
from bbs.testing import a_post, a_thread
from bbs.wire.codec import canonical_hash, encode_for_readers_and_log, fill_text
from bbs.wire.registry import EVENTS
from tests.wire.strategies import few, messages

ID = "00000000-0000-4000-8000-00000000000a"


def words_at(fields: Any, path: str, where: str = "") -> dict[str, Any]:
    """Return what stands at a path of `text_paths`: in a list, for each of what it holds."""
    if isinstance(fields, list):
        found = [words_at(each, path, f"{where}{n}.") for n, each in enumerate(fields)]
        return {at: text for each in found for at, text in each.items()}
    name, _, rest = path.partition(".")
    inner = fields.get(name) if isinstance(fields, dict) else None
    return words_at(inner, rest, f"{where}{name}.") if rest else {f"{where}{name}": inner}


@pytest.mark.parametrize("kind", EVENTS)
def test_blanked_words_come_back_as_they_were(kind: str) -> None:
    """The stored form of an event holds none of its words; filling them in restores it (P10)."""
    cls = EVENTS[kind]

    @few
    @given(messages(cls))
    def comes_back(event: Any) -> None:
        full, blank = encode_for_readers_and_log(event)
        assert full == msgspec.json.encode(event)
        told, stored = json.loads(full), json.loads(blank)
        words = {at: text for path in cls.text_paths for at, text in words_at(told, path).items()}
        left = [words_at(stored, path) for path in cls.text_paths]
        assert not any(text is not None for each in left for text in each.values())
        assert msgspec.json.decode(fill_text(blank, words), type=cls) == event

    comes_back()


def test_no_word_is_left_in_what_is_stored() -> None:
    """Title, body and an imported name are nowhere in the bytes of the log (P10)."""
    author = ImportedAuthor(id="i1", name="SECRETNAME")
    thread = a_thread(title="SECRETTITLE", author=author)
    event = ThreadPublished(thread=thread, post=a_post(body="SECRETBODY", author=author))
    full, blank = encode_for_readers_and_log(event)
    assert full.count(b"SECRET") == 4
    assert b"SECRET" not in blank


def test_words_that_are_gone_stay_absent() -> None:
    """None leaves a field absent: a marker without words is what a replay shows (P10)."""
    _, blank = encode_for_readers_and_log(PostPublished(post=a_post(body="gone")))
    assert fill_text(blank, {"post.body": None}) == blank


def test_words_without_a_place_are_ignored() -> None:
    """A path whose parent is not there changes nothing (protocol 6.3)."""
    _, blank = encode_for_readers_and_log(PostEdited(post=a_post()))
    filled = fill_text(blank, {"thread.title": "x", "post.id.deep": "y", "post.body": "z"})
    assert json.loads(filled) == {
        **json.loads(blank),
        "post": {**json.loads(blank)["post"], "body": "z"},
    }


def test_an_event_without_words_is_encoded_once() -> None:
    """Where nothing is blanked, both encodings are the same object: the hot path pays once."""
    full, blank = encode_for_readers_and_log(PostPublished(post=a_post(body=None)))
    assert full is blank


def write(**fields: Any) -> WritePost:
    return WritePost(**({"op": new_id(), "thread": ID, "post": ID, "body": "x"} | fields))


def test_the_hash_tells_same_from_other_content() -> None:
    """The op is no part of the hash; every other field is (P12, protocol 5.2)."""
    assert canonical_hash(write()) == canonical_hash(write())
    assert canonical_hash(write(parent=None, dry_run=False)) == canonical_hash(write())
    assert canonical_hash(write(body="y")) != canonical_hash(write())
    assert canonical_hash(write(dry_run=True)) != canonical_hash(write())
    assert len(canonical_hash(write())) == 32


def test_no_password_can_be_guessed_from_the_hash() -> None:
    """A kept hash does not depend on passwords, so it cannot be used to try them (P11)."""
    changes = [ChangePassword(op=new_id(), old=word, new=word * 2) for word in ("a", "b")]
    assert canonical_hash(changes[0]) == canonical_hash(changes[1])
    token = "t" * 32
    sign_ins = [
        SignInPassword(handle="ana", password=word, session=ID, token=token, device="d")
        for word in ("a", "b")
    ]
    assert canonical_hash(sign_ins[0]) == canonical_hash(sign_ins[1])
