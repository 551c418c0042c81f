"""Rules of the single lines of a pack: every text as the text gate lets it through, nothing twice. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import NoReturn

import msgspec
from msgspec import Struct

from bbs import limits
from bbs.address import is_name
from bbs.chain import text_commitment
from bbs.clock import is_expressible
from bbs.errors import FolkmootError
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.rules import check_texts
from bbs.features.boards.settings import SETTINGS, TEXT_SETTINGS, values_of
from bbs.features.boards.settings_structs import PackedSettings
from bbs.features.members.views import Author, ImportedAuthor
from bbs.features.moderation.messages import ActContent, ActRecorded
from bbs.features.moderation.rules import check_reason
from bbs.features.norms.rules import check_clauses
from bbs.features.packs.pack_limits import CLAIM_TAGS, PACK_HOST_CHARS_MAX
from bbs.features.packs.views import (
    PackAct,
    PackAuthor,
    PackHeading,
    PackHome,
    PackLine,
    PackNorms,
    PackPost,
    PackSettings,
    PackState,
    PackThread,
)
from bbs.features.threads.rules import check_import_body, check_post_body, check_title
from bbs.ids import COMMONS
from bbs.text import check_body, check_line

_ACT_VALUE_CHARS_MAX = 200  # of what an act says that is no text: names of fields, slugs, methods
_author_decoder: msgspec.json.Decoder[Author] = msgspec.json.Decoder(Author)


class LineFault(Exception):
    """A line breaks a rule.

    Attributes:
        field: The path of the field.
        rule: What is wrong with it, as a sentence without its end.
    """

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(field, rule)
        self.field = field
        self.rule = rule


def fault(field: str, rule: str) -> NoReturn:
    """Refuse a line. Raises `LineFault`."""
    raise LineFault(field, rule)


def check_line_alone(line: PackLine) -> None:
    """Check a line by what it says alone: its texts, moments, and which of its fields fit together.

    Raises:
        LineFault: If it breaks a rule.
    """
    for field, moment in _moments(line):
        if not is_expressible(moment) or moment.utcoffset() or moment.microsecond % 1_000:
            fault(field, "a moment is written in UTC, in whole milliseconds")
    try:
        _check(line)
    except FolkmootError as error:
        fault(getattr(error, "field", "line"), str(error))


def _moments(line: Struct) -> Iterator[tuple[str, datetime]]:
    for name in line.__struct_fields__:
        if isinstance(value := getattr(line, name), datetime):
            yield name, value


def _check(line: PackLine) -> None:
    match line:
        case PackHeading():
            if line.board == COMMONS:
                fault("board", "the commons is the community itself and is not packed")
            for home in line.homes:
                _check_home(home)
        case PackSettings():
            _check_settings(line)
        case PackNorms():
            if line.clauses:
                check_clauses(line.clauses)
            if line.reason is not None:
                check_reason(line.reason)
        case PackThread():
            _check_thread(line)
        case PackAuthor():
            _check_author(line)
        case PackPost():
            _check_post(line)
        case PackAct():
            _check_act(line)


def _check_home(home: PackHome) -> None:
    # Of a pattern the end may be a line break.
    check_line(home.host, field="homes.host", chars_max=PACK_HOST_CHARS_MAX)
    check_line(home.epoch, field="homes.epoch", chars_max=limits.SHORT_CHARS_MAX)
    check_line(home.community, field="homes.community", chars_max=limits.TITLE_CHARS_MAX)
    if not is_name(home.slug):
        fault("homes.slug", "it does not have the form of a board's name")


def _check_settings(line: PackSettings) -> None:
    settings: PackedSettings = line.settings
    if line.kind is BoardKind.LETTER:
        fault("kind", "letters are not packed")
    values = values_of(settings)
    for name in TEXT_SETTINGS:
        if not SETTINGS[name].may_be_empty and not values[name]:
            fault(f"settings.{name}", "a board has one; it is missing")
        if values[name] == "":
            fault(f"settings.{name}", "an empty text is left out")
    for name, setting in SETTINGS.items():
        if not setting.is_on(None) and values[name] != setting.default:
            fault(f"settings.{name}", "only the commons has this setting")
    check_texts(values)
    tags = [each.tags for each in line.moderators]
    if tags != sorted(set(tags)):
        fault("moderators", "they stand in the order of their first tags, each once")
    for each in tags:
        _check_tags("moderators.tags", each)


def _check_tags(field: str, tags: tuple[str, ...]) -> None:
    if len(tags) != CLAIM_TAGS or list(tags) != sorted(set(tags)):
        fault(field, f"there are {CLAIM_TAGS} tags, in their order, each once")


def _check_thread(line: PackThread) -> None:
    if (line.title is None) == (line.state is PackState.PUBLISHED):
        fault("title", "a thread has a title if it is published, and no marker has one")
    if line.moved_to is not None and line.state is not PackState.MOVED:
        fault("moved_to", "only a thread that has moved leads on")
    if line.title is not None:
        check_title(line.title)
    if line.state is PackState.LEFT_OUT and line.author is not None:
        fault("author", "who is left out is not named")


def _check_author(line: PackAuthor) -> None:
    if line.tags:
        _check_tags("tags", line.tags)
    elif line.handle is not None:
        fault("handle", "an author without claim tags has no handle")
    if line.tags and line.name is not None and line.handle is None:
        fault("name", "who is known by claim tags has a name only beside their handle")
    if line.handle is not None and not is_name(line.handle):
        fault("handle", "it does not have the form of a handle")
    if line.name is not None:
        check_line(line.name, field="name", chars_max=limits.NAME_CHARS_MAX)


def _check_post(line: PackPost) -> None:
    if (line.body is None) == (line.state is PackState.PUBLISHED):
        fault("body", "a post has words if it is published, and no marker has any")
    if line.subject is not None and line.body is None:
        fault("subject", "no marker has a subject")
    if line.body is not None:
        (check_import_body if line.imported else check_post_body)(line.body)
    if line.subject is not None:
        check_line(line.subject, field="subject", chars_max=limits.TITLE_CHARS_MAX)
    if line.state is PackState.LEFT_OUT and line.author is not None:
        fault("author", "who is left out is not named")
    if line.parent is not None and line.parent >= line.number:
        fault("parent", f"a post answers an earlier one, and {line.parent} is not earlier")


def _check_act(line: PackAct) -> None:
    if line.kind != ActRecorded.kind:
        fault("kind", f"an act is an event {ActRecorded.kind}")
    try:
        author = _author_decoder.decode(line.author)
        recorded = msgspec.json.decode(line.data, type=ActRecorded)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        fault("data", "it cannot be read as an act")
    if isinstance(author, ImportedAuthor):
        fault("author", "nobody whose words were imported acts")
    act = recorded.act
    if act.author != author:
        fault("author", "it is not the author that the act names")
    if act.number != line.seq:
        fault("seq", f"the act calls itself number {act.number}")
    _check_values(act)
    known = set(line.texts.values())
    for word in line.words:
        if word.id not in known:
            fault("words", "it has a text that the act does not name")
        if text_commitment(bytes.fromhex(word.salt), word.body) != word.id[:43]:
            fault("words", "a text is not the one that the act named when it was logged")
        check_body(
            word.body,
            field="words.body",
            chars_max=limits.CHARTER_CHARS_MAX,
            bytes_max=limits.CHARTER_CHARS_MAX * 4,
            empty=True,
        )


def _check_values(act: ActContent) -> None:
    """Check that an act holds no words, which stand beside it, and that all else is a short line."""
    if act.reason is not None or act.law is not None:
        fault("data.act.reason", "the words of an act stand beside it, under their ids")
    for text in _strings(act):
        check_line(text, field="data.act", chars_max=_ACT_VALUE_CHARS_MAX, empty=True)
    for change in act.changes:
        if change.said_before is not None or change.said_after is not None:
            fault("data.act.changes", "the words of an act stand beside it, under their ids")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from _strings(getattr(value, name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _strings(each)
