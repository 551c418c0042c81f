"""Passwords and names from every keyboard and file: composed alike, taken byte for byte."""

import json
import unicodedata
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

import pytest

from bbs import limits
from bbs.terminal.secret_files import SecretFileUnsafe, SecretUnreadable, read_secret
from tests.cli.house import House
from tests.cli.terminal import Terminal, terminal

FIRST = "Bäume über Ängeln và một con mèo"
SECOND = "Åsa köpte nåt på torget ế ǭ"
THIRD = "četiri žute šljive été 한글"
FORMS = ("NFC", "NFD")


class Typed(NamedTuple):
    """Somebody whose devices write letters in two forms."""

    handle: str
    one: str
    other: str

    @property
    def name(self) -> str:
        """Return the display name, composed."""
        return f"Zoë Núñez {self.handle.replace('-', ' ')}"

    def first(self, text: str) -> str:
        """Return `text` as the first device writes it."""
        return unicodedata.normalize(self.one, text)

    def then(self, text: str) -> str:
        """Return `text` as the other device writes it."""
        return unicodedata.normalize(self.other, text)


@pytest.fixture(params=[("NFC", "NFD"), ("NFD", "NFC")], ids=["composed", "decomposed"])
def forms(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The forms in which two devices write."""
    found: tuple[str, str] = request.param
    return found


def test_the_examples_have_two_forms() -> None:
    """Each example is another text when it is decomposed."""
    for text in (FIRST, SECOND, THIRD, "Zoë Núñez"):
        assert len({unicodedata.normalize(form, text) for form in FORMS}) == 2


def test_by_pipe_both_forms_are_one_password(house: House, forms: tuple[str, str]) -> None:
    """Join, sign in, change and recover by pipe: what one device wrote the other proves."""
    who = Typed(f"pipe-{forms[0].lower()}", *forms)
    joined = house.bbs(
        *("join", house.invitation, "--handle", who.handle, "--name", who.first(who.name)),
        *("--password-file", "-", "--accept-norms", "1", "--profile", who.handle, "--json"),
        given=who.first(FIRST) + "\n",
    )
    assert joined.exit_code == 0, joined.output
    answer = json.loads(joined.stdout)
    assert answer["member"]["name"] == who.name
    sign_in = ("sign-in", house.url, "--handle", who.handle, "--profile", who.handle)
    for given in (f"{who.then(FIRST)}\n", f"{who.first(FIRST)}\r\n", who.then(FIRST)):
        assert house.bbs(*sign_in, "--password-file", "-", given=given).exit_code == 0
    change = ("account", "--password", "--old-password-file", "-", "--new-password-file", "-")
    house.ok(who.handle, *change, given=f"{who.then(FIRST)}\n{who.then(SECOND)}\n")
    house.ok(who.handle, *change, given=f"{who.first(SECOND)}\r\n{who.first(FIRST)}\r\n")
    recovered = house.bbs(
        *(*sign_in, "--recover", "--code-file", "-", "--password-file", "-"),
        given=f"{answer['recovery_codes'][0]}\n{who.first(THIRD)}\n",
    )
    assert recovered.exit_code == 0, recovered.output
    assert house.bbs(*sign_in, "--password-file", "-", given=who.then(THIRD)).exit_code == 0
    wrong = house.bbs(*sign_in, "--password-file", "-", given=who.then(FIRST))
    assert wrong.exit_code == 4


def test_by_hand_both_forms_are_one_password(house: House, forms: tuple[str, str]) -> None:
    """The same on a terminal; also where the two typings of a new password differ in form."""
    who = Typed(f"hand-{forms[0].lower()}", *forms)
    with _at(house, "join", house.invitation, "--no-connect", "--profile", who.handle) as bbs:
        bbs.expect("Do you accept them?")
        bbs.type("y")
        _type(bbs, ("Handle, for ever", who.handle), ("Display name", who.first(who.name)))
        _type(bbs, ("Password:", who.first(FIRST)), ("The same password again:", who.then(FIRST)))
        bbs.expect("Recovery codes")
        bbs.expect("not shown again.")
        assert bbs.end() == 0
        code = bbs.shown.partition("not shown again.")[2].split()[0]
    shown = house.data(who.handle, "account")["member"]["name"]
    assert shown == who.name
    sign_in = ("sign-in", house.url, "--handle", who.handle, "--profile", who.handle)
    with _at(house, *sign_in) as bbs:
        _type(bbs, ("Password:", who.then(FIRST)))
        assert bbs.end() == 0
    with _at(house, "account", "--password", "--profile", who.handle) as bbs:
        _type(bbs, ("Old password:", who.then(FIRST)))
        _type(
            bbs,
            ("New password:", who.first(SECOND)),
            ("The same password again:", who.first(SECOND)),
        )
        bbs.expect("is changed")
        assert bbs.end() == 0
    with _at(house, *sign_in, "--recover") as bbs:
        _type(bbs, ("Recovery code:", code))
        _type(bbs, ("New password:", "correcthorsebatterystaple"))
        assert "well-known phrase" in bbs.expect("unrelated words make a good password")
        _type(
            bbs, ("New password:", who.then(THIRD)), ("The same password again:", who.first(THIRD))
        )
        assert bbs.end() == 0
    with _at(house, *sign_in) as bbs:
        _type(bbs, ("Password:", who.first(THIRD)))
        assert bbs.end() == 0
        assert unicodedata.normalize("NFC", THIRD) not in unicodedata.normalize("NFC", bbs.shown)
    house.ok(who.handle, "account", "--name", who.then(f"{who.name} é"))


def _at(house: House, *words: str) -> AbstractContextManager[Terminal]:
    return terminal(house.home, *words, LC_ALL="C.UTF-8")


def _type(bbs: Terminal, *answers: tuple[str, str]) -> None:
    for question, answer in answers:
        bbs.expect(question)
        bbs.type(answer)


def _file(folder: Path, content: bytes) -> str:
    path = folder / "secret"
    path.write_bytes(content)
    path.chmod(0o600)
    return str(path)


@pytest.mark.parametrize(
    ("content", "secret"),
    [
        (b"seven quiet herons", "seven quiet herons"),
        (b"seven quiet herons\n", "seven quiet herons"),
        (b"seven quiet herons\r\n", "seven quiet herons"),
        (b"  seven quiet herons \t\n", "  seven quiet herons \t"),
        (b" \n", " "),
        ("\u00a0seven quiet herons\u2028\n".encode(), "\u00a0seven quiet herons\u2028"),
        ("\ufeffseven".encode(), "\ufeffseven"),
        (b"x" * limits.PASSWORD_CHARS_MAX, "x" * limits.PASSWORD_CHARS_MAX),
        ("\u1f82".encode() * limits.PASSWORD_CHARS_MAX, "\u1f82" * limits.PASSWORD_CHARS_MAX),
    ],
)
def test_a_secret_is_read_byte_for_byte(tmp_path: Path, content: bytes, secret: str) -> None:
    """White space belongs to a password; only one final newline, LF or CRLF, does not."""
    assert read_secret(_file(tmp_path, content)) == secret


def test_the_most_decomposed_secret_is_not_too_long(tmp_path: Path) -> None:
    """The limit counts composed characters, as the server does."""
    text = unicodedata.normalize("NFD", "\u1f82" * limits.PASSWORD_CHARS_MAX)
    assert read_secret(_file(tmp_path, text.encode())) == text


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"seven\nherons\n", "more than one line"),
        (b"seven herons\n\n", "more than one line"),
        (b"seven herons\r", "more than one line"),
        (b"seven\xffherons\n", "not UTF-8"),
        (b"seven herons \xc3", "not UTF-8"),
        (b"x" * (limits.PASSWORD_CHARS_MAX + 1), "longer than 1024 characters"),
        (b"x" * 10_000_000, "longer than 1024 characters"),
    ],
)
def test_a_file_that_is_no_secret_is_refused(tmp_path: Path, content: bytes, rule: str) -> None:
    """Nothing is guessed from a file: it is refused with the rule it broke, never echoed."""
    with pytest.raises(SecretUnreadable, match=rule) as caught:
        read_secret(_file(tmp_path, content))
    assert "herons" not in str(caught.value)


def test_every_secret_file_is_read_alike(house: House, tmp_path: Path) -> None:
    """Password, code and token files and stdin follow one rule; each refusal is exit 1."""
    bad = _file(tmp_path, b"seven quiet herons \xff on a wire\n")
    sign_in = ("sign-in", house.url, "--handle", "ana")
    join = ("join", house.invitation, "--accept-norms", "1", "--handle", "vic", "--name", "Vic")
    commands = (
        (*sign_in, "--password-file", bad),
        (*sign_in, "--recover", "--code-file", bad, "--password-file", bad),
        ("account", "--password", "--old-password-file", bad, "--profile", "ana"),
        ("read", "--url", house.url, "--token-file", bad),
        (*join, "--password-file", bad),
    )
    for words in commands:
        result = house.bbs(*words)
        assert result.exit_code == 1, result.output
        assert "not UTF-8" in result.stderr
        assert "herons" not in result.output
    Path(bad).chmod(0o644)
    with pytest.raises(SecretFileUnsafe):
        read_secret(bad)


def test_white_space_of_a_password_counts(house: House, tmp_path: Path) -> None:
    """A password that ends with a space is not the one without it."""
    words = ("--handle", "spacy", "--name", "Spacy", "--accept-norms", "1", "--profile", "spacy")
    spaced = _file(tmp_path, b" seven quiet herons on a wire \n")
    assert house.bbs("join", house.invitation, *words, "--password-file", spaced).exit_code == 0
    sign_in = ("sign-in", house.url, "--handle", "spacy", "--profile", "spacy")
    given = " seven quiet herons on a wire "
    assert house.bbs(*sign_in, "--password-file", "-", given=given).exit_code == 0
    assert house.bbs(*sign_in, "--password-file", str(house.password_file)).exit_code == 4
