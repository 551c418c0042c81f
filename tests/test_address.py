"""Addresses and invitations: what one reads is what one types (protocol 10.2, 10.3)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bbs import address
from bbs.address import (
    RESERVED_SLUGS,
    Address,
    BoardAddress,
    InvitationLink,
    LineAddress,
    LoungeAddress,
    MemberAddress,
    PostAddress,
    ThreadAddress,
    check_slug,
    format_invitation_link,
    parse,
    parse_invitation_link,
)
from bbs.errors import BadParams
from bbs.refusals import NameTaken, TextRefused

names = st.from_regex(address.NAME_PATTERN, fullmatch=True)
numbers = st.integers(1, 2**53 - 1)
addresses: st.SearchStrategy[Address] = st.one_of(
    st.builds(BoardAddress, names),
    st.builds(ThreadAddress, names, numbers),
    st.builds(PostAddress, names, numbers, numbers),
    st.builds(LoungeAddress, names),
    st.builds(LineAddress, names, numbers),
    st.builds(MemberAddress, names),
)
CODE = "a" * 31 + "-_9"
PIN = "0123456789abcdef" * 4
codes = st.text("abcXYZ019-_", min_size=32, max_size=128)
ports = st.integers(1, 65_535)
far = st.sampled_from(["moot.example.org", "xn--bcher-kva.example", "192.0.2.7", "2001:db8::1"])
near = st.sampled_from(["localhost", "127.0.0.1", "::1"])
paths = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
invitations = st.one_of(
    st.builds(InvitationLink, far, ports, st.just(True), codes, st.sampled_from([None, PIN])),
    st.builds(InvitationLink, near, ports, st.just(True), codes, st.sampled_from([None, PIN])),
    st.builds(InvitationLink, near, ports, st.just(False), codes),
    st.builds(
        lambda code, path: InvitationLink("", 0, False, code, None, "/" + path), codes, paths
    ),
)


@given(addresses)
def test_addresses_round_trip(named: Address) -> None:
    """What the screen shows for a thing is what finds it (protocol 10.2)."""
    assert parse(str(named)) == named


@given(st.one_of(st.text(max_size=40), st.text("ab/@1-_ lounge", max_size=12)))
@example("garden/lounge/0113")
@example("garden/42\n")
def test_any_text_is_one_address_or_none(text: str) -> None:
    """A text that is taken for an address is its one spelling; any other is refused with a rule."""
    try:
        named = parse(text)
    except BadParams:
        return
    assert str(named) == text


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "garden"),
        ("Garden/42", "small letters"),
        ("garden/", "garden/42"),
        ("garden/042", "garden/42"),
        ("garden/0", "garden/42"),
        ("garden/\u0664", "garden/42"),
        ("garden/42/7/1", "garden/42/7"),
        ("garden/lounge/x", "garden/lounge/113"),
        ("@Ana", "@ana"),
        ("@", "@ana"),
        ("garden/" + "9" * 200, "garden/42/7"),
    ],
)
def test_a_wrong_address_teaches_the_right_one(text: str, hint: str) -> None:
    """Whoever mistypes an address is shown one that works (protocol 10.2)."""
    with pytest.raises(BadParams) as caught:
        parse(text)
    assert hint in caught.value.rule


def test_slugs_leave_the_words_of_the_house_alone() -> None:
    """No board can take the name of a screen, a command or a part of an address (protocol 10.2)."""
    check_slug("garden")
    for slug in RESERVED_SLUGS:
        with pytest.raises(NameTaken):
            check_slug(slug)
    for slug in ("", "g", "Garden", "gar den", "-garden", "g" * 33, "gärten", "garden\n"):
        with pytest.raises(TextRefused):
            check_slug(slug)


@given(invitations)
def test_invitations_round_trip(invitation: InvitationLink) -> None:
    """The link that is sent leads to where it was made for (protocol 10.3)."""
    link = format_invitation_link(invitation)
    assert parse_invitation_link(link) == invitation
    assert link.isascii()
    assert " " not in link


@given(st.one_of(st.text(max_size=60), st.from_regex(r"bbs://.*#.*")))
def test_any_text_is_an_invitation_or_none(link: str) -> None:
    """Whatever is pasted as an invitation is read or refused, nothing else happens (P13)."""
    try:
        invitation = parse_invitation_link(link)
    except BadParams:
        return
    assert parse_invitation_link(format_invitation_link(invitation)) == invitation


def test_plain_text_stays_on_this_machine() -> None:
    """A link can ask for plain text to this machine only; others are spoken to over TLS."""
    assert parse_invitation_link(f"bbs://moot.example.org:8023/#{CODE}").tls
    assert not parse_invitation_link(f"bbs://localhost:8023/#{CODE}").tls
    assert not parse_invitation_link(f"bbs://[::1]:8023/?plain=1#{CODE}").tls
    assert parse_invitation_link(f"bbs://127.0.0.1:8023/?plain=0#{CODE}").tls
    assert parse_invitation_link(f"bbs://127.0.0.1:8023/#{CODE}.{PIN}").pin == PIN
    assert parse_invitation_link(f"bbs://127.0.0.1:8023/#{CODE}.{PIN}").tls
    for link in (f"moot.example.org:8023/?plain=1#{CODE}", f"[::1]:8023/?plain=1#{CODE}.{PIN}"):
        with pytest.raises(BadParams):
            parse_invitation_link(f"bbs://{link}")


@pytest.mark.parametrize(
    "link",
    [
        f"https://moot.example.org:8023/#{CODE}",
        f"bbs://moot.example.org/#{CODE}",
        f"bbs://moot.example.org:0/#{CODE}",
        f"bbs://moot.example.org:65536/#{CODE}",
        f"bbs://good.example@evil.example:8023/#{CODE}",
        f"bbs://-moot.example:8023/#{CODE}",
        f"bbs://2130706433:8023/#{CODE}",
        f"bbs://[127.0.0.1]:8023/#{CODE}",
        f"bbs://mооt.example:8023/#{CODE}",
        f"bbs://moot.example.org:8023/?plain=2#{CODE}",
        f"bbs://moot.example.org:8023/#{CODE[:31]}",
        f"bbs://moot.example.org:8023/#{CODE}.{PIN[1:]}",
        f"bbs://moot.example.org:8023/#{CODE}\n",
        f"bbs+unix://host/path#{CODE}",
        f"bbs+unix:///a%00b#{CODE}",
        f"bbs+unix:///a%ffb#{CODE}",
    ],
)
def test_what_is_no_invitation_is_refused_without_telling_its_code(link: str) -> None:
    """A damaged or dressed-up link is refused, and the refusal holds no secret (P11)."""
    with pytest.raises(BadParams) as caught:
        parse_invitation_link(link)
    assert CODE[:31] not in str(caught.value)


def test_what_cannot_be_read_back_is_not_written() -> None:
    """No link is made that would lead elsewhere or in plain text across the network."""
    for invitation in (
        InvitationLink("moot.example.org", 8023, False, CODE),
        InvitationLink("moot example", 8023, True, CODE),
        InvitationLink("localhost", 8023, False, CODE, PIN),
        InvitationLink("localhost", 8023, False, "short"),
    ):
        with pytest.raises(BadParams):
            format_invitation_link(invitation)
