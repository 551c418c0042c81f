"""The pages about messages: commands and their types, events, errors, and who may do what."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bbs import batch_refusals, errors, invitation_refusals, refusals
from bbs.errors import FolkmootError
from bbs.marks import field_marks, is_for_tokens
from bbs.messages import Command, Request
from bbs.powers import (
    ASSEMBLY_POWERS,
    COMMONS_MODERATOR_POWERS,
    ROLE_POWERS,
    SYSOP_POWERS,
    SYSTEM_POWERS,
    TOKEN_POWERS,
    TOKEN_TOUCHES,
    Power,
    Role,
    Touches,
    power_of_token,
)
from bbs.sdk import errors as sdk_errors
from bbs.wire.error_codec import all_errors
from bbs.wire.openrpc import asyncapi, openrpc
from bbs.wire.registry import FEATURES, REQUESTS, message_modules
from generating.schemas import default_of, fields_table, type_of
from generating.text import anchor, comments_of, doc_of, doc_parts, page, table

_ON = {
    "community": "the commons",
    "board": "the board named",
    "thread": "the thread's board",
    "post": "the post's board",
    "line": "the line's board",
    "commons": "the commons",
    "to_board": "the board it goes to",
    "letter": "the letter",
    "case": "the board where the case is handled",
    "matter": "the board of the case",
    "appeal": "the board where the appeal is decided",
}


def commands() -> str:
    """Return the page of calls and of the types they take and give."""
    document = openrpc()
    schemas = document["components"]["schemas"]
    lines: list[str] = []
    group = ""
    for method in document["methods"]:
        feature = method["name"].partition(".")[0]
        feature = feature if feature in FEATURES else "the protocol itself"
        if feature != group:
            group = feature
            lines += [f"## {feature.capitalize()}", ""]
        lines += _method(method, schemas)
    lines += ["## Types", "", *_types(schemas)]
    intro = (
        "Every call, by feature, as the code declares it. A *command* changes something and carries"
        " an `op` ([protocol 5](../protocol.md#5-commands)); a *query* changes nothing. Beside the"
        " errors named, any call may be answered with a `protocol.…` error,"
        " [`members.not_signed_in`](errors.md#membersnot_signed_in),"
        " [`members.waiting`](errors.md#memberswaiting), [`not_allowed`](errors.md#not_allowed),"
        " [`not_found`](errors.md#not_found), [`throttled`](errors.md#throttled),"
        " [`storage_unavailable`](errors.md#storage_unavailable), [`stopping`](errors.md#stopping)"
        " or [`internal`](errors.md#internal). The same, with every bound, for programs:"
        " [openrpc.json](openrpc.json)."
    )
    return page("Commands and queries", intro, lines)


def _method(method: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[str]:
    kind, needs = method["tags"][0]["name"], method["x-needs"]
    own = ", and that it is one's own" if needs["own"] else ""
    private = ", from a device, not a token" if needs["private"] else ""
    yield f"### {method['name']}"
    yield ""
    codes = {_error_code(reference["$ref"]) for reference in method["errors"]}
    yield f"*{kind.capitalize()}.* {_linked(method.get('description', method['summary']), codes)}"
    yield ""
    power = f"[`{needs['power']}`](powers.md#{anchor(needs['power'])})"
    also = f" and on {_ON[needs['also']]}" if needs["also"] else ""
    yield f"- Needs: {power} on {_ON[needs['on']]}{also}{own}{private}."
    yield f"- Answer: {type_of(method['result']['schema'], schemas)}."
    yield ""
    yield from table(
        ("param", "type", "default", "about"),
        (
            (
                f"`{param['name']}`",
                type_of(param["schema"], schemas),
                "" if param["required"] else default_of(param["schema"]),
                param.get("description", ""),
            )
            for param in method["params"]
        ),
    )


def _types(schemas: Mapping[str, Any]) -> Iterator[str]:
    for name, schema in schemas.items():
        yield f"### {name}"
        yield ""
        yield doc_parts(schema.get("description", "")).text
        yield ""
        if "enum" in schema:
            yield from _enum(name, schema)
        elif schema.get("type") == "array":
            yield f"An array: {type_of(schema, schemas)}."
            yield ""
        else:
            yield from fields_table(schema, schemas)


def _enum(name: str, schema: Mapping[str, Any]) -> list[str]:
    cls = next(
        vars(module)[name]
        for module in (importlib.import_module(path) for path in _message_modules())
        if name in vars(module)
    )
    meanings = comments_of(cls)
    values = ((member.value, meanings.get(member.name, "")) for member in cls)
    assert {member.value for member in cls} == set(schema["enum"])
    return table(("value", "meaning"), ((f"`{value}`", said) for value, said in values))


def _message_modules() -> list[str]:
    named = [module.__name__ for feature in FEATURES for module in message_modules(feature)]
    views = [
        f"bbs.features.{feature}.{module.name}"
        for feature in FEATURES
        for module in pkgutil.iter_modules(
            importlib.import_module(f"bbs.features.{feature}").__path__
        )
        if module.name.endswith("views")
    ]
    return ["bbs.powers", *named, *views]


def events() -> str:
    """Return the page of what the server tells by itself."""
    document = asyncapi()
    schemas = document["components"]["schemas"]
    known = openrpc()["components"]["schemas"]
    told: dict[str, list[str]] = {"event": [], "ephemeral": []}
    for kind, message in document["components"]["messages"].items():
        method = message["payload"]["properties"]["method"]["const"]
        data = message["payload"]["properties"]["params"]["allOf"][1]["properties"]["data"]
        lines = told[method]
        lines += [f"### {kind}", "", message.get("description", message["summary"]), ""]
        if words := message.get("x-words"):
            paths = ", ".join(f"`{path}`" for path in words)
            lines += [f"Words, absent once they are gone: {paths}.", ""]
        schema = schemas[str(data["$ref"]).rpartition("/")[2]]
        lines += fields_table(schema, known, here=False)
    codes = document["channels"]["connection"]["x-close-codes"]
    intro = (
        "What the server tells without being asked. Events have a place in a stream and arrive in"
        " its order, each exactly once ([protocol 7](../protocol.md#7-events-and-ephemerals));"
        " ephemerals are true for the moment and may be lost. For programs:"
        " [asyncapi.json](asyncapi.json)."
    )
    closing = table(("code", "meaning"), ((f"`{code}`", text) for code, text in codes.items()))
    return page(
        "Events, ephemerals and close codes",
        intro,
        [
            *("## Events", "", *told["event"], "## Ephemerals", "", *told["ephemeral"]),
            *("## Close codes", "", *closing),
        ],
    )


def error_pages() -> str:
    """Return the page of errors."""
    lines: list[str] = []
    declared = (errors, refusals, invitation_refusals, batch_refusals)
    classes = [cls for module in declared for cls in _declared(module)]
    families = {base for cls in classes for base in cls.__bases__ if base is not Exception}
    by_family: dict[type, list[type[FolkmootError]]] = {}
    for cls in classes:
        if cls not in families:
            by_family.setdefault(cls.__bases__[0], []).append(cls)
    for family in (
        errors.ProtocolError,
        refusals.Refused,
        errors.RetryableError,
        errors.FolkmootError,
    ):
        title = "Faults" if family is errors.FolkmootError else family.__name__
        about = "Our mistake." if family is errors.FolkmootError else doc_of(family).text
        lines += [f"## {title}", "", about, ""]
        for cls in by_family.get(family, []):
            lines += _error(cls)
    lines += ["## Of the SDK itself", ""]
    lines += ["Never on the wire: what a client finds wrong before or beside the talk.", ""]
    for cls in _declared(sdk_errors):
        lines += _error(cls)
    intro = (
        "One class for each thing a caller does differently. The code is stable: programs branch on"
        " it, never on the sentence. On the wire the facts stand in `error.data`"
        " ([protocol 4](../protocol.md#4-errors)); the SDK raises the class with the facts as its"
        " attributes."
    )
    return page("Errors", intro, lines)


def _declared(module: Any) -> list[type[FolkmootError]]:
    """Return a module's errors in the order they are written; those it only uses left out."""
    return [
        cls
        for cls in vars(module).values()
        if isinstance(cls, type)
        and issubclass(cls, FolkmootError)
        and cls.__module__ == module.__name__
    ]


def _error(cls: type[FolkmootError]) -> Iterator[str]:
    named = [method for method, request in REQUESTS.items() if cls.code in _named_codes(request)]
    facts = ", ".join(f"`{name}`" for name in cls.fact_names)
    yield f"### {cls.code}"
    yield ""
    yield doc_of(cls).text
    yield ""
    where = f"`{cls.__module__}.{cls.__name__}`"
    yield f"- Class {where}, JSON-RPC code {cls.rpc_code}; for the {cls.audience}."
    if cls.hint:
        yield f"- What to do: {cls.hint}."
    if facts:
        yield f"- Facts: {facts}."
    if named:
        links = ", ".join(f"[`{method}`](commands.md#{anchor(method)})" for method in named)
        yield f"- Named by: {links}."
    yield ""


def _named_codes(request: type) -> list[str]:
    _, _, named = doc_of(request).text.partition("Errors: ")
    return named.split("`")[1::2]


def _error_code(reference: str) -> str:
    by_name = {cls.__name__: cls for cls in all_errors().values()}
    cls = by_name[reference.rpartition("/")[2]]
    return cls.code


def _linked(text: str, codes: Iterable[str]) -> str:
    for code in codes:
        text = text.replace(f"`{code}`", f"[`{code}`](errors.md#{anchor(code)})")
    return text


def powers() -> str:
    """Return the page of who may do what."""
    meanings, roles = comments_of(Power), comments_of(Role)
    columns: dict[str, Iterable[Power]] = {
        **{role.value: ROLE_POWERS[role] for role in Role},
        "commons moderator": COMMONS_MODERATOR_POWERS,
        "sysop": SYSOP_POWERS,
        "token": TOKEN_POWERS,
        "assembly": ASSEMBLY_POWERS,
        "system": SYSTEM_POWERS,
    }
    heads = ("power", *columns)
    grid = (
        (f"`{power}`", *("yes" if power in held else "" for held in columns.values()))
        for power in Power
    )
    lines = ["## Who holds which", "", *table(heads, grid)]
    lines += ["## Roles", "", "What somebody is on one board.", ""]
    lines += table(("role", "meaning"), ((f"`{r}`", roles.get(r.name, "")) for r in Role))
    lines += _tokens()
    lines += ["## Powers", ""]
    for power in Power:
        lines += [f"### {power.value}", "", f"{meanings[power.name].capitalize()}.", ""]
        for request in _requests_of(power):
            need = request.needs
            own = "; must be the member's own" if need.own else ""
            device = "" if is_for_tokens(request) else "; from a device, not a token"
            also = "" if need.also is None else f" and on {_ON[need.also.value]}"
            lines.append(f"- {_link(request)} on {_ON[need.on.value]}{also}{own}{device}")
        lines.append("")
    intro = (
        "The powers of each role, and the power each request needs. The gate checks it before any"
        " handler runs. The columns after `moderator` add to a member's role on a board: a moderator"
        " of the commons and the sysop hold those powers on every board they can read. A token has"
        " those powers of its owner that its column shows, at most, and not all that they allow"
        " ([below](#what-a-token-may-do)). The assembly is the members together, the system is the"
        " server itself: in their offices the server carries out what was decided, and what is due."
        " They have no role and read nothing. A private board answers"
        " `not_found` to everybody without a seat, the sysop included (P8)."
    )
    return page("Powers", intro, lines)


def _tokens() -> Iterator[str]:
    """Yield the lines of what tokens may do, from the marks of powers, requests and fields."""
    meanings = comments_of(Touches)
    allowed = [f"`{each}` ({meanings[each.name]})" for each in Touches if each in TOKEN_TOUCHES]
    refused = [each for each in Touches if each not in TOKEN_TOUCHES | {Touches.BY_FIELD}]
    yield from ("## What a token may do", "")
    yield (
        "Each power says what it touches, and so does a request or a field that touches something"
        f" else. A token touches {', '.join(allowed)}, and nothing else:"
        f" {', '.join(f'`{each}` ({meanings[each.name]})' for each in refused)} need a device of the"
        " member's. A token that asks for it is answered `device_needed`, or `not_allowed` where it"
        " cannot have the power at all."
    )
    yield ""
    rows = []
    for power in sorted(TOKEN_POWERS, key=list(Power).index):
        requests = [
            request
            for request in REQUESTS.values()
            if issubclass(request, Command) and power_of_token(request.needs) is power
        ]
        may = [_link(request) + _fields(request) for request in requests if is_for_tokens(request)]
        not_may = [_link(request) for request in requests if not is_for_tokens(request)]
        rows.append((f"`{power}`", ", ".join(may), ", ".join([*not_may, *_refused_fields(power)])))
    yield from table(("power", "commands for a token", "from a device only"), rows)


def _requests_of(power: Power) -> list[type[Request[Any]]]:
    return [request for request in REQUESTS.values() if request.needs.power is power]


def _link(request: type[Request[Any]]) -> str:
    return f"[`{request.method}`](commands.md#{anchor(request.method)})"


def _fields(request: type[Request[Any]]) -> str:
    marks = field_marks(request)
    may = [name for name, mark in marks.items() if mark.touches in TOKEN_TOUCHES]
    return f": {', '.join(f'`{name}`' for name in may)}" if marks else ""


def _refused_fields(power: Power) -> Iterator[str]:
    for request in _requests_of(power):
        for name, mark in field_marks(request).items():
            if mark.touches not in TOKEN_TOUCHES:
                yield f"`{name}` of {_link(request)}"
            elif mark.lowered is not None and mark.lowered not in TOKEN_TOUCHES:
                yield f"a lower `{name}` of {_link(request)}"
