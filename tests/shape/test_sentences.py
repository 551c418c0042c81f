"""No word of the wire reaches a person: every sentence of the program, read by rules (docs/words.md)."""

import re
from collections.abc import Callable

import pytest
from msgspec.structs import fields

from bbs.errors import ProtocolError
from bbs.features.boards.seat_messages import SeatState
from bbs.features.members.views import MemberState
from bbs.features.proposals.messages import ProposalState
from bbs.features.reading.views import NotificationLevel
from bbs.features.threads.views import ContentState
from bbs.messages import Command
from bbs.powers import LOGGED_POWERS, Power, Touches
from bbs.refusal_words import ENDED, FAULTS, POWERS, TOUCHES, field_words
from bbs.terminal import act_text, proposal_text
from bbs.terminal.state_text import MEMBER_STATES, SEAT_STATES
from bbs.wire.close import MEANINGS, NORMAL, REASONS
from bbs.wire.registry import EVENTS, REQUESTS
from bbs_client.actions.personal import LEVELS
from bbs_client.plain.verbs import VERBS
from bbs_client.preferences import ClientSettings
from bbs_server.settings import ServerSettings
from bbs_server.store.sqlite import faults
from tests.shape.sentences import MARK, Sentence, error_classes, everything

SENTENCES = everything()

TYPED = {field.name for kind in (ServerSettings, ClientSettings) for field in fields(kind)}
"""Names of settings: people type them as they stand."""

QUOTED = re.compile(r"`[^`]*`|“[^”]*”|\"[^\"]*\"|'[^' ]*'|\{\w+\}")
"""What is quoted is typed or shown as it stands; in braces are keys of the reader's."""

_FILES = r"toml|jsonl|json|md|py|db|txt|sock|service|csv|mbox|example|org"
_NAME = re.compile(r"(?<![\w/.-])([a-z]+\.[a-z_]+)(?![\w/-])")


def plain(text: str) -> str:
    """Return a text without what it quotes."""
    return QUOTED.sub(MARK, text)


def snake_case(text: str) -> bool:
    """Return whether a name of the source stands in a text."""
    found = re.findall(r"(?<![\w/.$-])[a-z]+(?:_[a-z0-9]+)+(?![\w/=])", plain(text))
    return any(name not in TYPED for name in found)


def dotted_code(text: str) -> bool:
    """Return whether a code of an error, a method or an event stands in a text."""
    names = {*REQUESTS, *EVENTS, *(cls.code for cls in error_classes() if "." in cls.code)}
    names |= {method.partition(".")[0] + ".…" for method in REQUESTS if "." in method}
    return any(name in names for name in _NAME.findall(text)) or "rpc." in text


def close_code(text: str) -> bool:
    """Return whether a close code stands in a text."""
    return any(
        int(number) in MEANINGS.keys() - {NORMAL} for number in re.findall(r"\b\d{4}\b", text)
    )


def wire_word(text: str) -> bool:
    """Return whether a word of the wire stands in a text, an id of a thing, or a stream's name."""
    words = r"\b(RPC|rpc|uuid|UUID|websocket|WebSocket|params|payload|ephemeral|subprotocol)\b"
    ids = r"[0-9a-f]{8}-[0-9a-f]{4}|\b(board|lounge|desk|member):[0-9a-f-]{4,}"
    return bool(re.search(f"{words}|{ids}", plain(text)))


def class_name(text: str) -> bool:
    """Return whether a class of a message or an error stands in a text."""
    names = {cls.__name__ for cls in (*REQUESTS.values(), *EVENTS.values(), *error_classes())}
    camel = re.findall(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b", text)
    return any(name in names for name in camel)


def one_for_a_person(text: str) -> bool:
    """Return whether "one" stands for a person: say you, or name the role."""
    verbs = "may|can|has|is|was|reads|writes|must|needs|wants|sees|goes|does|says|sits|finds"
    begins = r"(?:^|[.;:,(] ?|\b(?:what|who|where|when|that|if|whom|how) )"
    person = rf"{begins}[Oo]ne (?:{verbs})\b|\b[Oo]ne's own\b|\boneself\b|\b[Ww]hoever\b"
    return bool(re.search(person, plain(text)))


def noise(text: str) -> bool:
    """Return whether a text exclaims, apologizes, or says "invalid" in place of the rule."""
    exclaims = re.search(r"\w!(?: |$)", plain(text))
    return bool(
        exclaims or re.search(r"\b(oops|sorry|invalid|unfortunately)\b", text, re.IGNORECASE)
    )


RULES: tuple[Callable[[str], bool], ...] = (
    snake_case,
    dotted_code,
    close_code,
    wire_word,
    class_name,
    one_for_a_person,
    noise,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_word_of_the_wire_reaches_a_person(rule: Callable[[str], bool]) -> None:
    """No name, code, id or class of the source is shown; every sentence keeps the words of prose."""
    faults = [f"{each.place}: {each.text}" for each in SENTENCES if rule(each.text)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (snake_case, "the store is read_only"),
        (dotted_code, "there is no method reading.inbox"),
        (close_code, "closed 1006"),
        (wire_word, "rpc.discover lists every method"),
        (wire_word, "3f2a7c10-9f0e-4f6e-8a53-7a2b0c7d1e55 is gone"),
        (class_name, "ConfigureBoard failed"),
        (one_for_a_person, "what one may read"),
        (noise, "Oops, that failed"),
    ],
)
def test_the_rules_would_notice(rule: Callable[[str], bool], text: str) -> None:
    """Each rule finds an example of what it forbids, and leaves a good sentence alone."""
    assert rule(text)
    assert not rule("You can write again in 12 s; set members_max in folkmoot.toml.")


def _of(kind: str) -> list[Sentence]:
    return [each for each in SENTENCES if each.kind == kind]


def test_sentences_on_screens_are_sentences() -> None:
    """On screens and in help a sentence has a capital and a full stop (docs/words.md).

    One about an option begins with the option, as it is typed.
    """
    whole = re.compile(rf"^(?:[A-Z0-9@“\"'{MARK}:$]|--[a-z]).*[.?:…)\"]$", re.DOTALL)
    shown = [*_of("screen"), *_of("help"), *_of("paragraph")]
    bad = [f"{each.place}: {each.text}" for each in shown if not whole.match(each.text)]
    assert not bad, "\n".join(bad)


def test_what_is_told_is_a_sentence() -> None:
    """A note or a line has a capital and an end, but for rows below another and for verbs to type."""
    whole = re.compile(rf"^[A-Z0-9@“{MARK}(*].*[.?:{MARK})]$", re.DOTALL)
    verbs = {word for verb in VERBS for word in (verb.verb, *verb.also)} | {"bbs:"}
    bad = [
        f"{each.place}: {each.text}"
        for each in _of("spoken")
        if each.text != MARK and not whole.match(each.text)
        if not each.text.startswith("  ") and each.text.partition(" ")[0] not in verbs
    ]
    assert not bad, "\n".join(bad)


def test_lines_of_the_terminal_begin_small_and_have_no_full_stop() -> None:
    """An error on the command line is `subject: what and why`, then the next step."""
    shown = [each for each in _of("terminal") if not each.text.startswith("     ")]
    bad = [f"{each.place}: {each.text}" for each in shown if re.search(r"[^.]\.$", each.text)]
    assert not bad, "\n".join(bad)


def test_labels_are_a_word_or_two() -> None:
    """A label of the key bar is short, in small letters, without a full stop."""
    bad = [each for each in _of("label") if not re.fullmatch(r"[a-z][a-z/, ]{1,23}", each.text)]
    assert not bad


def test_an_error_that_a_member_can_act_on_names_the_next_step() -> None:
    """Each has a hint, or its sentence names the command that helps."""
    silent = [
        cls.__name__
        for cls in error_classes()
        if cls.audience == "member"
        and not issubclass(cls, ProtocolError)
        and (cls.sentence or "__str__" in vars(cls))
        and not (cls.hint or "bbs " in cls.sentence)
    ]
    # A restriction's step depends on its kind; a member always has a seat on the commons.
    assert silent == ["CommonsStays", "Restricted", "UnknownError"]


def test_every_value_that_is_shown_has_words() -> None:
    """Powers, states, faults and reasons are registries: none is shown by its name."""
    assert POWERS.keys() == {power.value for power in Power}
    assert TOUCHES.keys() == {touches.value for touches in Touches}
    assert FAULTS.keys() >= {*faults._REASONS.values(), *faults._REASONS_OF_SYSTEM.values()}
    assert ENDED.keys() <= {state.value for state in ContentState}
    assert REASONS.keys() == MEANINGS.keys()
    assert SEAT_STATES.keys() == {*SeatState}
    assert MEMBER_STATES.keys() == {*MemberState}
    assert LEVELS.keys() == {*NotificationLevel}
    assert proposal_text._ENDED.keys() >= {*ProposalState} - {
        ProposalState.OPEN,
        ProposalState.SECONDED,
    }


def test_every_use_of_power_and_every_grave_command_has_words() -> None:
    """What the log and the list of what waits say of a command never is its method."""
    logged = {
        method
        for method, request in REQUESTS.items()
        if issubclass(request, Command) and request.needs.power in LOGGED_POWERS
    }
    # To appoint is worded by the office that changed.
    assert logged - act_text._DONE.keys() == {"boards.appoint"}
    grave = {method for method, each in REQUESTS.items() if getattr(each, "grave", ())}
    assert grave == proposal_text._WANTS.keys()


def test_fields_read_like_words() -> None:
    """A field of a request, also one in a list, is named as people call it."""
    assert field_words("params.body") == "text"
    assert field_words("norms[3].why") == field_words("norms.4.why") == "norms 4, why"
    assert field_words("retention_days") == "retention days"
