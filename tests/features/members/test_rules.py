"""Rules of members: names that cannot be mistaken, passwords nobody guesses first (P13)."""

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bbs import limits
from bbs.confusables import scripts, skeleton
from bbs.features.members import guessing
from bbs.features.members.rules import (
    RESERVED_HANDLES,
    check_display_name,
    check_handle,
    check_password,
    guess_wait_s,
    guesses_left_over,
    name_keys,
    name_skeleton,
)
from bbs.refusals import NameTaken, PasswordRefused, TextRefused
from bbs.text import sanitize

letters = st.sampled_from("aIl1O0omrnÅßİıſΑαΝνАаНнСсѕѵ庭あ한ｍℵⅣ ")
words = st.text(st.one_of(letters, st.characters(codec="utf-8")), max_size=12)


@pytest.mark.parametrize("handle", ["ana", "a1", "0x", "ana-maria_2", "a" * 32])
def test_handles_are_plain(handle: str) -> None:
    """A handle of two to 32 small letters, digits, hyphens and underscores is fine (P13)."""
    check_handle(handle)


@pytest.mark.parametrize(
    "handle", ["", "a", "Ana", "-ana", "_ana", "aña", "a na", "a" * 33, "ana\n"]
)
def test_other_handles_are_refused(handle: str) -> None:
    """Anything else is no handle (P13)."""
    with pytest.raises(TextRefused):
        check_handle(handle)


@pytest.mark.parametrize("handle", [*sorted(RESERVED_HANDLES), "adm1n", "sys0p", "rnod"])
def test_reserved_handles_and_their_likes_are_taken(handle: str) -> None:
    """Nobody can be called, or look like, somebody who speaks for the house (P13)."""
    with pytest.raises(NameTaken):
        check_handle(handle)


@pytest.mark.parametrize(
    "name",
    [
        "Ana",
        "Ana María",
        "O'Neill",
        "Jean-Luc",
        "Łukasz",
        "Nguyễn Văn An",
        "Нина",
        "Σίσυφος",
        "あきら 山田",
        "Kim 철수",
        "王小明",
        "مريم",
        "द\u0940प\u093e",
        "R2D2",
        "J. R.",
    ],
)
def test_people_can_be_called_as_they_are(name: str) -> None:
    """Names of any one script pass (P13)."""
    check_display_name(unicodedata.normalize("NFC", name))


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        " Ana",
        "Ana ",
        "Ana  M",
        "Ana\u200b",
        "Ana\u202e",
        "Anа",
        "Ana ✓",
        "Ana 🌱",
        "A@b",
        "A#1",
        "a/b",
        "a:b",
        "<a>",
        "12",
        "-Ana",
        "\u0301a",
        "Ａｎａ",
        "Ana²",
        "aฑb",
        "1٢a",
        "x" * 33,
        "Ana\n",
        "ㅤ",
        "ℵna",
        "a" + "\u0323" * 5,
    ],
)
def test_names_cannot_hide_or_decorate(name: str) -> None:
    """A name has one script, no hidden characters, no badges and no syntax (P13)."""
    with pytest.raises(TextRefused):
        check_display_name(name)


@pytest.mark.parametrize("name", ["Sysop", "SYSTEM", "Adm1n", "Modеrator", "M0d"])
def test_names_cannot_speak_for_the_house(name: str) -> None:
    """A display name that reads like a reserved handle is refused (P13)."""
    with pytest.raises((NameTaken, TextRefused)):
        check_display_name(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana", "Ana"),
        ("ana", "аnа"),
        ("alice", "aIice"),
        ("alice", "a1ice"),
        ("bob", "b0b"),
        ("mark", "rnark"),
        ("capa", "Сара"),
        ("paypal", "раураl"),
        ("ana", "ΑΝΑ"),
        ("Нина", "НИНА"),
        ("Ana María", "ana maría"),
        ("strasse", "Straße"),
        ("ana", "ａｎａ"),
        ("ana", "a\u200bna"),
    ],
)
def test_look_alikes_clash(one: str, other: str) -> None:
    """Names one could take for each other cannot both be had (P13)."""
    assert name_keys(one) & name_keys(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ana", "anna"), ("ana", "aña"), ("bob", "rob"), ("王", "玉")]
)
def test_different_names_do_not_clash(one: str, other: str) -> None:
    """Names that look different are different (P13)."""
    assert not name_keys(one) & name_keys(other)


@given(words)
def test_skeletons_are_total_and_final(name: str) -> None:
    """Every string has a skeleton, and a skeleton is its own (UTS 39)."""
    assert skeleton(skeleton(name)) == skeleton(name)
    assert name_skeleton(name_skeleton(name)) == name_skeleton(name)
    assert name_skeleton(name) in name_keys(name)
    scripts(name)


def test_every_character_comes_to_rest() -> None:
    """Folding and mapping in turn end for every character, so no name can keep the server busy."""
    for char in map(chr, range(0x20000)):
        key = name_skeleton(char)
        assert name_skeleton(key) == key


@given(words)
def test_case_and_form_never_tell_two_names_apart(name: str) -> None:
    """Another case, normal form or width is the same name (P13, RFC 8266)."""
    key = name_skeleton(name)
    assert name_skeleton(unicodedata.normalize("NFKC", name)) == key
    assert name_skeleton(unicodedata.normalize("NFD", name)) == key
    # Where folding itself is stable; a few letters change under upper() and do not come back.
    assume(name.upper().casefold() == name.casefold())
    assert name_skeleton(name.upper()) == key


@given(words)
def test_an_accepted_name_is_drawn_as_it_is(name: str) -> None:
    """Whatever passes for a display name needs no cleaning and has something to compare (P13)."""
    try:
        check_display_name(name)
    except (TextRefused, NameTaken):
        return
    assert sanitize(name) == name
    assert name_skeleton(name)


NAMES = ["ana", "Ana Lopez", "Garden People"]

PASSPHRASES = [
    "",
    "ana likes her garden",
    "seven quiet herons on a wire",
    "a stone in every left shoe",
    "staple battery horse correct",
    "lamp tulip wander ox",
    "lamptulipwanderox",
    "garden cafe of mine",
    "meine katze heisst nicht mimi",
    "die Lampe im Keller flackert",
    "il pleut sur la ville et mon chat ronfle",
    "el perro verde come manzanas",
    "tavolo verde nuvola sedia",
    "zielony kot pije herbatę",
    "kavipuu hiljaa seisoo metsässä",
    "пароль из слов да",
    "το κόκκινο ποδήλατο στη βροχή",
    "החתול ישן על השולחן הכחול",
    "القطة تنام على الطاولة الزرقاء",
    "मेरी बिल्ली खिड़की पर सोती है",
    "แมวนอนอยู่บนโต๊ะสีฟ้า",
    "bàn ghế xanh dưới mưa phùn",
    "我们今天晚上在河边吃饭然后回家睡觉",
    "猫は窓辺で静かに夢を見ている…",
    "고양이는 창가에서 조용히 잔다",
    "🌱🌱🌱garden of mine",
    "xK9#mQ2$vL7!pR4",
    "Dm7yq-wzR2p-tt41x",
    "",
][1:-1]

COMMON = {
    "phrases": """
correcthorsebatterystaple
correct horse battery staple
Correct-Horse-Battery-Staple-1
C0rrect-H0rse-B4ttery-St4ple!
tobeornottobethatisthequestion
maytheforcebewithyou
don’t worry, be happy
thisismypassword
ihatepasswords!!
парольпароль123
contraseña12345
ich liebe dich 1
""",
    "names": """
ana-lopez-2026-11-22
lopezlopezlopez1
Ana Lopez Ana Lopez
anaanaanaanaana
gardenpeople2026
ana-lopez-garden-people
Garden-People-Ana-Lopez-Folkmoot
folkmootfolkmoot1
folkmootpassword
bbs.folkmoot.bbs.folkmoot
F0lkm00tF0lkm00t
""",
    "keyboard": """
qwertzuiopasdfgh
azertyuiopqsdfgh
йцукенгшщзхъфыва
poiuytrewqlkjhgf
""",
    "words": """
iloveyouiloveyou
passwordpassword
PasswordPassword
P@ssw0rdP@ssw0rd
password1234567
monkey!!!!!!!!!
monkey.........
m.o.n.k.e.y.1.2.3.4
p a s s w o r d p a s s w o r d
liverpoolfootballclub
administrator123
Summer2024Summer2024
characteristics
qwertyuiop12345
qwertyuiopasdfgh
1qaz2wsx3edc4rfv
123456789012345
ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ
drowssapdrowssap
""",
    "pieces": """
aaaaaaaaaaaaaaa
aaaaaaaaaaaaaaab
zyxwvutsrqponml
x9kx9kx9kx9kx9k
абвгдежзиклмноп
""",
    "": """
k / . , - _ . , - _ . , - _
""",
}
"""Passwords that are tried early, by what `guessing` says they are made of."""


@pytest.mark.parametrize("password", PASSPHRASES)
def test_long_passwords_need_no_decoration(password: str) -> None:
    """Words of one's own choice in any language are enough (NIST SP 800-63B-4, 3.1.1.2)."""
    check_password(password, names=NAMES)


@pytest.mark.parametrize(
    ("made_of", "password"),
    [(kind, each) for kind, lines in COMMON.items() for each in lines.split("\n")[1:-1]],
)
def test_what_others_try_first_is_refused(made_of: str, password: str) -> None:
    """Common, composed, repeated and name-made passwords are refused, saying why (P13)."""
    assert len(password) >= limits.PASSWORD_CHARS_MIN
    with pytest.raises(PasswordRefused) as caught:
        check_password(password, names=NAMES)
    assert password not in str(caught.value)
    assert "unrelated words" in caught.value.hint
    others = [kind for kind in COMMON if kind != made_of]
    reason = {
        "phrases": "well-known phrase",
        "names": "a name",
        "keyboard": "keys of a keyboard",
        "words": "common words",
        "pieces": "repeats a piece",
        "": "too short",
    }
    assert reason[made_of] in caught.value.rule
    assert not any(reason[other] in caught.value.rule for other in others)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "fourteen chars",
        "x" * 1025,
        "garden cafe\u0301 of mine",
        "seven herons on\x00",
        "seven herons on\ud800",
    ],
)
def test_what_cannot_be_a_password_is_refused(password: str) -> None:
    """Too short, too long, not composed or not typeable: refused without echoing it."""
    with pytest.raises(PasswordRefused) as caught:
        check_password(password, names=NAMES)
    assert not password or password not in str(caught.value)


def test_only_the_first_72_characters_are_judged() -> None:
    """A common beginning of that length is refused whatever follows: the work has a bound."""
    with pytest.raises(PasswordRefused):
        check_password("password" * 9 + "xK9#mQ2$vL7!pR4", names=())
    check_password("xK9#mQ2$vL7!pR4" + "password" * 60, names=())


_guessable = st.lists(
    st.sampled_from(["password", "ana", "1!|7", "2024", "qwert", "ab", "🌱", "x", "Lopez", "ß"])
    | st.text(max_size=3),
    max_size=12,
).map("".join)


@given(_guessable)
@example("010")
def test_the_shortened_search_decides_as_zxcvbn_does(text: str) -> None:
    """Ways of more than three pieces let nothing pass, and only cost time.

    Sometimes it finds fewer guesses than zxcvbn, which drops some ways of few pieces.
    """
    from zxcvbn.scoring import most_guessable_match_sequence

    matches = guessing.find_matches(text, {"names": {"ana": 1, "lopez": 2}})
    whole = most_guessable_match_sequence(text, matches)["guesses"] if text else 1
    short = guessing.find_cheapest(text, matches).guesses
    if whole < limits.PASSWORD_GUESSES_MIN:
        # zxcvbn estimates some pieces in fractions of a guess.
        assert short <= float(whole) * 1.01


@given(st.text(max_size=40), st.lists(st.text(max_size=6), max_size=3))
def test_any_password_is_judged(password: str, names: list[str]) -> None:
    """A password is accepted or refused, whatever it and the names are made of (protocol 3.10)."""
    try:
        check_password(password, names=names)
    except PasswordRefused:
        return
    assert len(password) >= limits.PASSWORD_CHARS_MIN


def test_wrong_passwords_cost_ever_more_time() -> None:
    """Six tries need no wait, then each costs four times more, up to a day: never for ever (3.3)."""
    counted = limits.GUESSES_FREE + 1
    assert [guess_wait_s(count) for count in range(counted)] == [0.0] * counted
    assert [guess_wait_s(count) for count in range(counted, counted + 5)] == [1, 4, 16, 64, 256]
    assert guess_wait_s(15) == limits.GUESS_WAIT_SECONDS_MAX == 86_400


def test_wrong_passwords_are_forgotten_one_a_day() -> None:
    """What was counted decays, and a clock that goes back gives and takes nothing (protocol 3.3)."""
    assert guesses_left_over(3, 86_400) == 2
    assert guesses_left_over(3, 10 * 86_400) == 0
    assert guesses_left_over(3, -86_400) == 3
