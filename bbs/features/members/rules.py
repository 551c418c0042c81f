"""Rules of members: handles, display names, passwords, waits after wrong passwords. Pure."""

import math
import unicodedata
from collections.abc import Sequence
from functools import cache

from bbs import limits
from bbs.address import NAME_RULE, is_name
from bbs.confusables import is_highly_restrictive, skeleton
from bbs.refusals import NameTaken, PasswordRefused, TextRefused
from bbs.text import check_line

_HANDLE_WORDS = (
    "abuse admin administrator all anonymous anybody assembly bbs board bot commons deleted "
    "everybody everyone faded folkmoot former guest help here hostmaster imported info letter "
    "lounge me mod moderation moderator moderators nobody none null operator owner postmaster "
    "removed root security server somebody staff support sysop system team undefined unknown "
    "webmaster withdrawn you"
)
RESERVED_HANDLES = frozenset(_HANDLE_WORDS.split())
"""Names that could pass for the community, for a group or for no person; look-alikes count."""

NAME_SYNTAX = frozenset("@#/:<>")
"""Characters with a meaning beside a name: on the screen, in addresses and in links."""

_PROGRAM_NAMES = ("folkmoot", "bbs")

_WEAKNESSES = {
    "phrases": "it holds a well-known phrase and little else, which is guessed early",
    "names": "it holds a name of yours, of the community or of the program and little else, which"
    " is guessed early",
    "keyboard": "it follows the keys of a keyboard, which is guessed early",
    "words": "it holds common words or passwords and little else, which is guessed early",
    "pieces": "it repeats a piece or counts up and holds little else, which is guessed early",
    "": "without spaces and punctuation it is too short",
}
"""The rules in `PasswordRefused` by `Estimate.made_of`; they never quote the password."""


def check_handle(handle: str) -> None:
    """Refuse a text that cannot be a handle (P13). Does not check whether it is in use.

    Raises:
        TextRefused: If it is not `[a-z0-9][a-z0-9_-]{1,31}`.
        NameTaken: If it is a reserved handle or looks like a reserved handle.
    """
    if not is_name(handle):
        raise TextRefused("handle", NAME_RULE)
    if by := _reserved_like(handle):
        raise NameTaken("handle", by)


def check_display_name(name: str) -> None:
    """Refuse a text that cannot be a display name (P13).

    A display name passes `bbs.text.check_line` and is in the final form of PRECIS Nickname (RFC
    8266). Its letters and digits belong to a single script (UTS 39, highly restrictive); it begins
    with a letter or digit and has a letter. It has no symbols, which can look like badges, and no
    characters of `NAME_SYNTAX`.

    Raises:
        TextRefused: If it breaks a rule; with the character if a single character breaks it.
        NameTaken: If it looks like one of `RESERVED_HANDLES`.
    """
    from precis_i18n import get_profile

    check_line(name, field="name", chars_max=limits.NAME_CHARS_MAX)
    for position, char in enumerate(name):
        if char in NAME_SYNTAX or unicodedata.category(char)[0] == "S":
            rule = "symbols and the characters @ # / : < > have no place in a name"
            raise TextRefused("name", rule, position, f"U+{ord(char):04X}")
    if not name[0].isalnum():
        raise TextRefused("name", "it begins with a letter or digit", 0, f"U+{ord(name[0]):04X}")
    if not any(char.isalpha() for char in name):
        raise TextRefused("name", "it needs a letter")
    try:
        final = get_profile("NicknameCasePreserved").enforce(name)
    except UnicodeEncodeError as error:
        at = error.start if error.end == error.start + 1 else None
        code = None if at is None else f"U+{ord(error.object[at]):04X}"
        rule = "this character has no place in a name (RFC 8266)"
        raise TextRefused("name", rule, at, code) from None
    if final != name:
        raise TextRefused("name", "write it with plain letters and single spaces")
    if not is_highly_restrictive(name):
        raise TextRefused("name", "letters and digits of different scripts do not mix in a name")
    if by := _reserved_like(name):
        raise NameTaken("name", by)


def name_skeleton(name: str) -> str:
    """Return the key that must be unique among all handles and display names (P13).

    White space joined, compatibility forms and case folded (RFC 8266), then the skeleton of UTS 39.
    `I`, `l`, `1` and therefore `i` are the same, as are `O`, `0` and `o`. Names that differ only by
    case have the same key. Pure, total, idempotent.

    Args:
        name: A handle or display name.
    """
    key = unicodedata.normalize("NFKC", name).casefold()
    # A prototype may be a capital (0 looks like O), whose small letter has another prototype.
    while (folded := _look(key)) != key:
        key = folded
    return key


def name_keys(name: str) -> frozenset[str]:
    """Return all keys of a name: two names clash if they share a key.

    The keys are `name_skeleton` of the name and of its skeleton before case is folded, because
    Greek capitals can look like Latin capitals where the small letters differ.
    """
    return frozenset((name_skeleton(name), name_skeleton(skeleton(name))))


def check_password(password: str, *, names: Sequence[str]) -> None:
    """Refuse a password that attackers try early (NIST SP 800-63B-4, 3.1.1.2).

    No kinds of characters are required. `bbs.features.members.guessing` makes the estimate;
    decision 0021 lists the passwords it refuses and the weak passwords it does not find.

    Args:
        password: The password in NFC, as it will be hashed.
        names: Names that others know of its owner: handle, display name, title of the community.
            This function adds the names of the program.

    Raises:
        PasswordRefused: If it has fewer than `limits.PASSWORD_CHARS_MIN` or more than
            `limits.PASSWORD_CHARS_MAX` code points; is not NFC or contains controls; consists of
            names; or withstands fewer than `limits.PASSWORD_GUESSES_MIN` guesses, such as a padded
            or doubled common word or walk over the keyboard.
    """
    if len(password) < limits.PASSWORD_CHARS_MIN:
        raise PasswordRefused(f"at least {limits.PASSWORD_CHARS_MIN} characters")
    if len(password) > limits.PASSWORD_CHARS_MAX:
        raise PasswordRefused(f"at most {limits.PASSWORD_CHARS_MAX} characters")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in password):
        raise PasswordRefused("control characters cannot be typed everywhere")
    if not unicodedata.is_normalized("NFC", password):
        raise PasswordRefused("not in Unicode's composed form (NFC)")
    from bbs.features.members.guessing import estimate_guesses

    names = (*names, *_PROGRAM_NAMES)
    if _only_names(password.casefold(), names):
        raise PasswordRefused(_WEAKNESSES["names"])
    estimate = estimate_guesses(password, names)
    if estimate.guesses < limits.PASSWORD_GUESSES_MIN:
        raise PasswordRefused(_WEAKNESSES[estimate.made_of])


def guesses_left_over(count: float, passed_s: float) -> float:
    """Return how many of the counted guesses still count after some time. Pure.

    Args:
        count: The number of guesses before.
        passed_s: Seconds since then; a negative number counts as 0.
    """
    return max(0.0, count - max(0.0, passed_s) / limits.GUESS_WAIT_SECONDS_MAX)


def guess_wait_s(count: float) -> float:
    """Return how many seconds to wait after the last wrong guess. Pure.

    During the longest wait, a single guess stops counting. So the count stays below 16, and 30 days
    allow at most 16 guesses and another on each day. A restart adds at most 8, because the count
    then begins with `limits.GUESSES_AT_START`; with up to seven restarts, 30 days stay below
    `limits.GUESSES_MONTH_MAX` (protocol 3.3, NIST SP 800-63B-4, 3.2.2).

    Args:
        count: The count at the last guess, with that guess.

    Returns:
        0 up to `limits.GUESSES_FREE`, then 1 and `limits.GUESS_WAIT_FACTOR` times more with each
        further guess, up to `limits.GUESS_WAIT_SECONDS_MAX`.
    """
    steps = count - limits.GUESSES_FREE - 1
    if steps < 0:
        return 0.0
    return min(math.pow(limits.GUESS_WAIT_FACTOR, steps), limits.GUESS_WAIT_SECONDS_MAX)


def _look(key: str) -> str:
    return " ".join(skeleton(key).casefold().replace("i", "l").split())


@cache
def _reserved_looks() -> dict[str, str]:
    return {name_skeleton(handle): handle for handle in sorted(RESERVED_HANDLES)}


def _reserved_like(name: str) -> str | None:
    """Return the reserved handle that `name` looks like; None if there is none."""
    looks = _reserved_looks()
    return next((looks[key] for key in sorted(name_keys(name)) if key in looks), None)


def _only_names(folded: str, names: Sequence[str]) -> bool:
    """Return whether all letters in `folded` belong to names."""
    left = _letters(folded)
    before = left
    parts = {part for name in names for part in (name, *name.split())}
    for letters in sorted({_letters(part.casefold()) for part in parts}, key=len, reverse=True):
        if letters:
            left = left.replace(letters, "")
    return left != before and not left


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalpha())
