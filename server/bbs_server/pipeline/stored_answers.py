"""Stored answers of commands: a command that arrives again gets its first answer again (P12)."""

import hmac
from typing import Any, NamedTuple

import msgspec

from bbs.clock import Ms
from bbs.messages import Command, Result
from bbs.refusals import OpConflict
from bbs.wire import codec
from bbs.wire.error_codec import from_facts
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Outcome
from bbs_server.pipeline import gate
from bbs_server.standing import Actor, ObjectLocator
from bbs_server.store import texts
from bbs_server.store.api import TableSpec, Tx


class OpRow(NamedTuple):
    """A command that was carried out, and its answer."""

    op: str
    member: str
    method: str | None
    hash: bytes
    salted_by: str | None
    result: bytes
    texts: str
    at: Ms
    refused: str | None = None


OPS = TableSpec("ops", OpRow, ("op", "member"), write_order=6)


def find_answer(
    tx: Tx, places: ObjectLocator, actor: Actor, command: Command[Any], now: Ms
) -> Result | None:
    """Return the stored answer to a command; None if its op is new.

    Raises:
        OpConflict: If the op named another request before.
        CommandWaits: If the command had to wait.
        NotAllowed, NotFound: If a token does not reach the command.
    """
    row = find_op(tx, actor.member, command)
    if row is None:
        return None
    if row.refused is not None:
        raise from_facts(row.refused, msgspec.json.decode(row.result), "")
    text_of: dict[str, str] = {}
    hidden = places.hidden_among(tx, _subjects(command))
    if gate.may_see_answer(tx, places, actor, command, now) and not hidden:
        text_of = msgspec.json.decode(row.texts, type=dict[str, str])
    words = texts.load_bodies(tx, text_of.values())
    filled = codec.fill_text(row.result, {path: words.get(key) for path, key in text_of.items()})
    from bbs.wire.registry import result_type  # late: a server says hello without it

    result: Result = msgspec.json.decode(filled, type=result_type(type(command)))
    return result


def find_op(tx: Tx, member: str, command: Command[Any]) -> OpRow | None:
    """Return the row stored under a command's op; None if the op is new.

    Args:
        member: The owner of the op: a member's id, or the office of the assembly or the system.

    Raises:
        OpConflict: If the op named another request before.
    """
    row = tx.get(OPS, command.op, member)
    if row is None:
        return None
    salt = texts.salt_of(tx, msgspec.json.decode(row.salted_by or "[]", type=list[str]))
    if not _is_same(command, row.method, row.hash, salt):
        raise OpConflict
    return row


def _subjects(command: Command[Any]) -> list[str]:
    """Return the ids of things that a command wrote and whose text its answer may show."""
    named = [getattr(command, name, None) for name in ("post", "line")]
    if not any(named):
        named = [getattr(command, "thread", None)]
    return [key for key in named if key is not None]


def _is_same(command: Command[Any], method: str | None, known: bytes, salt: bytes | None) -> bool:
    """Return whether a command equals the command executed under its op before.

    Args:
        method: The method of the earlier command; None if an earlier version of this program stored
            it.
        known: The salted hash of the earlier command.
        salt: The salts of its texts; None once any of them is erased: then only the methods can be
            compared, and without the earlier method nothing can.
    """
    if salt is None:
        return method == command.method
    same_content = hmac.compare_digest(known, _salted(salt, command))
    return method in (None, command.method) and same_content


def _salted(salt: bytes, command: Command[Any]) -> bytes:
    return texts.keyed_digest(salt, codec.canonical_hash(command))


def store_answer(
    tx: Tx, ctx: Context, member: str, command: Command[Any], outcome: Outcome[Any]
) -> None:
    """Store the answer with references to its texts, so that it loses withdrawn text (P10).

    The command is stored as a hash under the salts of all texts it contained. Without the salts of
    erased texts, no reader of the database can test guesses against the hash.
    """
    refused = outcome.error
    if refused is None:
        blanked = codec.encode_without_text(outcome.result)
    else:
        blanked = msgspec.json.encode(refused.facts())
    kept = {
        path: key
        for emission in outcome.effects
        if isinstance(emission, AppendEvent)
        for path, key in emission.texts.items()
        if path in outcome.result.text_paths
    }
    salted_by = sorted(tx.kept)
    salt = texts.salt_of(tx, salted_by)
    assert salt is not None
    by = msgspec.json.encode(salted_by).decode() if salted_by else None
    paths = msgspec.json.encode(kept).decode()
    digest = _salted(salt, command)
    row = OpRow(
        *(str(command.op), member, command.method, digest, by, blanked, paths, ctx.now),
        refused=None if refused is None else refused.code,
    )
    tx.upsert(OPS, (command.op, member), row)
