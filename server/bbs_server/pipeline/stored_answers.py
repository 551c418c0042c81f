"""Answers to commands that arrive again: none is carried out twice (P12).

An answer that shows only things its sender made is not stored: it tells how they stand now. Every
other answer is stored, without its text.
"""

import hmac
from functools import cache, partial
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import FieldInfo, fields

from bbs.chain import keyed_digest
from bbs.clock import Ms
from bbs.features.members.views import MemberAuthor
from bbs.messages import Command, Result
from bbs.refusals import OpConflict
from bbs.wire import codec
from bbs.wire.error_codec import from_facts
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Outcome
from bbs_server.pipeline import sight
from bbs_server.standing import Actor, ObjectLocator
from bbs_server.store import texts
from bbs_server.store.api import TableSpec, Tx
from bbs_server.store.proven_time import Moment


class OpRow(NamedTuple):
    """A command that was carried out, and its answer.

    Attributes:
        result, texts: The answer without text, and the ids of its texts; empty if it is not stored.
        made: The ids of the things that the answer shows, and what it says of them besides, by its
            fields; None if it is stored.
    """

    op: str
    member: str
    method: str | None
    hash: bytes
    salted_by: str | None
    result: bytes
    texts: str
    at: Ms
    refused: str | None = None
    made: str | None = None


_encoder = msgspec.json.Encoder()

OPS = TableSpec("ops", OpRow, ("op", "member"), write_order=6)


def find_answer(
    tx: Tx, places: ObjectLocator, actor: Actor, command: Command[Any], moment: Moment
) -> Result | None:
    """Return the answer to a command that was carried out before; None if its op is new.

    Raises:
        OpConflict: If the op named another request before.
        CommandWaits: If the command had to wait.
        NotAllowed, NotFound: If a token does not reach the command.
        Gone: If what the command made has faded, with its row.
    """
    row = find_op(tx, actor.member, command)
    if row is None:
        return None
    if row.refused is not None:
        raise from_facts(row.refused, msgspec.json.decode(row.result), "")
    may_see = sight.may_see_answer(tx, places, actor, command, moment.now)
    if row.made is not None:
        return _restate(tx, places, actor, command, row.made, moment, may_see=may_see)
    text_of: dict[str, str] = {}
    if may_see and not places.hidden_among(tx, _subjects(command)):
        text_of = msgspec.json.decode(row.texts, type=dict[str, str])
    words = texts.load_bodies(tx, text_of.values())
    filled = codec.fill_text(row.result, {path: words.get(key) for path, key in text_of.items()})
    from bbs.wire.registry import result_type  # late: a server says hello without it

    result: Result = msgspec.json.decode(filled, type=result_type(type(command)))
    return result


def _restate(
    tx: Tx,
    places: ObjectLocator,
    actor: Actor,
    command: Command[Any],
    made: str,
    moment: Moment,
    *,
    may_see: bool,
) -> Result:
    """Return the answer that tells how the things stand that a command made.

    Args:
        made: The ids of things of the actor's own, whose facts they may always know (P9), and what
            the answer said of them besides, which it says again.
        may_see: Whether the answer may hold text, as far as the command itself tells.
    """
    from bbs.wire.registry import result_type  # late: a server says hello without it

    kind = result_type(type(command))
    may_read = partial(sight.may_read, tx, places, actor, now=moment.now)
    views: dict[str, Any] = {}
    for name, key in msgspec.json.decode(made, type=dict[str, str | bool]).items():
        if isinstance(key, bool):
            views[name] = key
            continue
        view = places.restates[_own_fields(kind)[name].type](tx, key, moment, may_read)
        may_see = may_see and may_read(view.board)
        views[name] = view
    result = kind(**views)
    if may_see:
        return result
    blanked: Result = msgspec.json.decode(codec.encode_without_text(result), type=kind)
    return blanked


@cache
def _own_fields(kind: type[Result]) -> dict[str, FieldInfo]:
    """Return a result's own fields, by their names."""
    shared = Result.__struct_fields__
    return {field.name: field for field in fields(kind) if field.name not in shared}


def _made_by(member: str, places: ObjectLocator, result: Result) -> dict[str, str | bool]:
    """Return the ids of the things that a result shows, by its fields, if a member made them all.

    Yes and no hold no words (P10): of these fields, those that differ from their default come along.

    Returns:
        Nothing if it shows anything else.
    """
    made: dict[str, str | bool] = {}
    said: dict[str, str | bool] = {}
    for name, field in _own_fields(type(result)).items():
        view = getattr(result, name)
        if field.type is bool:
            if view is not field.default:
                said[name] = view
            continue
        if type(view) not in places.restates:
            return {}
        author = view.author
        if type(author) is not MemberAuthor or author.id != member:
            return {}
        made[name] = view.id
    return made | said if made else {}


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
    return keyed_digest(salt, codec.canonical_hash(command))


def store_answer(
    tx: Tx, ctx: Context, member: str, command: Command[Any], outcome: Outcome[Any]
) -> None:
    """Store an op, and an answer that shows other things than the member made.

    The answer has references to its texts, so that it loses withdrawn text (P10). The command is
    stored as a hash under the salts of all texts it contained. Without the salts of erased texts, no
    reader of the database can test guesses against the hash.
    """
    refused, made, result, kept = outcome.error, None, b"", ""
    if refused is not None:
        result = _encoder.encode(refused.facts())
    elif shown := _made_by(member, ctx.readers, outcome.result):
        made = _encoder.encode(shown).decode()
    else:
        result, kept = codec.encode_without_text(outcome.result), _texts_of(outcome)
    salted_by = sorted(tx.kept)
    salt = texts.salt_of(tx, salted_by)
    assert salt is not None
    row = OpRow(
        op=str(command.op),
        member=member,
        method=command.method,
        hash=_salted(salt, command),
        salted_by=_encoder.encode(salted_by).decode() if salted_by else None,
        result=result,
        texts=kept,
        at=ctx.now,
        refused=None if refused is None else refused.code,
        made=made,
    )
    tx.upsert(OPS, (command.op, member), row)


def _texts_of(outcome: Outcome[Any]) -> str:
    """Return the ids of the texts of an answer by their paths, as JSON."""
    kept = {
        path: key
        for emission in outcome.effects
        if isinstance(emission, AppendEvent)
        for path, key in emission.texts.items()
        if path in outcome.result.text_paths
    }
    return _encoder.encode(kept).decode()
