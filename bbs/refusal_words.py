"""Words for people in place of the names on the wire: of powers, fields, states and faults. Pure.

Errors store the names, because programs branch on them; their sentences use these words.
"""

import re

POWERS: dict[str, str] = {
    "knock": "come to the door",
    "doors": "use an account",
    "listen": "follow what happens here",
    "know": "know of this board",
    "sit": "take or leave a seat here",
    "read": "read here",
    "write": "write here",
    "offer_seat": "offer seats here",
    "configure": "change the settings of this board",
    "hear": "read what waits at the moderators' desk",
    "admit": "decide who comes in",
    "review": "decide about posts that wait for a moderator",
    "tend": "pin, lock, move or retitle threads here",
    "hide": "hide the words of others here",
    "judge": "decide cases here",
    "hold": "hold words or a member's writing here",
    "flag": "flag words here",
    "hold_back": "hold words back here",
    "amend": "change the norms of this board",
    "invite": "invite people",
    "appoint": "give or end the office of a moderator here",
    "hand_over": "hand over the office of a moderator here",
    "open_board": "open boards",
    "move_board": "let this board move to another community",
    "recover": "make recovery codes for others",
    "import": "import posts",
    "purge": "erase words for a law",
    "pass_on": "hand the community over to somebody",
    "close": "end this community",
    "clock": "see and confirm the server's clock",
    "calm": "lock the community down and give urgent notices",
    "enter": "enter private boards of others",
    "allot": "see and set how much room boards take",
    "pack": "take a whole board along as a file",
    "due": "do what only the server does by time",
}
"""What each power lets a member do, after "you may not"."""

TOUCHES: dict[str, str] = {
    "reading": "what its owner reads",
    "own_words": "its owner's words",
    "adding": "what is added",
    "office_words": "a board's title and charter",
    "to_the_desk": "what is for a person to judge",
    "words_of_others": "the words of others",
    "rights_of_others": "the rights of others",
    "memory": "how long things are kept",
    "account": "its owner's account",
    "by_field": "a setting that is not for tokens",
}
"""What a request of a token touches, after "because it touches"."""

FAULTS: dict[str, str] = {
    "full": "its disk is full",
    "read_only": "it may not write to its disk",
    "corrupt": "its database is damaged",
    "locked": "another program holds its database",
    "failed": "its disk failed",
}
"""The faults of a server's storage."""

ENDED: dict[str, str] = {
    "withdrawn": "was withdrawn by its author",
    "faded": "has faded",
    "purged": "was erased by the sysop",
}
"""What became of a text that is gone."""

LOOK_FOR: dict[str, str] = {
    "appeal": "bbs admin appeals list shows those that wait for you",
    "application": "bbs admin applications list shows those that wait",
    "author": "bbs vouch BOARD lists the names whose words wait; words that are claimed need no voucher",
    "batch": "bbs admin batches list shows them",
    "case": "only its desk and whom it is about may read it; bbs admin cases list, or bbs cases",
    "hand-over to you": "bbs admin hand-over shows whether one waits, and for whom",
    "hidden words": "they were shown again, or ended, or your desk did not hide them",
    "invitation": "bbs admin invitations list shows yours",
    "leaving": "you came back already, or never left",
    "member": "check the handle; bbs admin members list shows them all",
    "moved board here": "none of that name was unpacked here with --moved, or not all of it is here yet:"
    " bbs admin unpack FILE --moved; at the old server, bbs admin move BOARD --state says what is next",
    "note": "bbs note shows yours",
    "pack": "no file like this is on its way here",
    "pack, because it was stopped meanwhile": "",
    "proposal": "bbs admin proposals list shows what waits",
    "seat": "bbs admin seats list BOARD shows them",
    "session": "bbs devices shows yours",
    "token": "bbs admin tokens list shows yours",
    "vouching": "bbs vouch BOARD lists what was said",
}
"""Where to look for what is not there, for what has no address of a board in it."""

SEATS: dict[str, str] = {
    "seated": "has a seat",
    "applied": "waits for an answer to an application",
    "waiting": "waits for a seat",
    "offered": "has an offer of a seat",
    "left": "has no seat any more",
}
"""The state of a member's seat on a board, after their name."""

_FIELDS: dict[str, str] = {
    "body": "text",
    "bodies": "texts",
    "slug": "name in addresses",
    "params": "the request",
    "hold_s": "hold",
    "parent": "post to answer",
    "to_board": "board",
    "if_revision": "revision",
    "if_version": "version",
}
_INDEX = re.compile(r"\[(\d{1,6})\]")


def field_words(field: str) -> str:
    """Return a field in words for people: "norms 4, why" for `norms[3].why` and for `norms.4.why`.

    Args:
        field: A name, or a path of names, as errors have it. Foreign text: it is not cleaned here.
    """
    parts: list[str] = []
    for part in field.removeprefix("params.").split("."):
        if part.isdecimal() and parts:
            parts[-1] += f" {part}"
            continue
        name, *indexes = _INDEX.split(part)
        place = "".join(f" {int(index) + 1}" for index in indexes if index)
        parts.append(_FIELDS.get(name, name.replace("_", " ")) + place)
    return ", ".join(parts)


def power_words(power: str) -> str:
    """Return what a power lets a member do; of a power from a newer server, that it is unknown."""
    return POWERS.get(power, "do this, which this version does not know")
