"""The personal data that claims and vouchings store."""

from bbs_server.personal import Leaving, OwnedRows, PersonalData, Section

_VOUCHING = ("id", "board", "handle", "home_host", "state", "at", "until")
_FORMER = "it stays, and says: a former member"


def _vouchings(name: str, owner: str, about: str) -> Section:
    others = tuple(each for each in ("member", "voucher", "second_voucher") if each != owner)
    return Section(
        name=name,
        about=about,
        rows=OwnedRows(
            table="vouchings",
            owner=owner,
            key=("id",),
            columns=(*_VOUCHING, *others, "revision", "place"),
            times=("at", "until"),
        ),
    )


SECTIONS: tuple[Section, ...] = (
    Section(
        name="claims",
        about="The old words that you claimed by a key, thread by thread.",
        rows=OwnedRows(
            table="pack_claims",
            owner="member",
            key=("imported",),
            columns=("imported", "board", "thread", "state", "at", "until", "settled"),
            times=("at", "until"),
        ),
    ),
    _vouchings("vouched_for", "member", "Members who said that old words are yours."),
    _vouchings("vouched_first", "voucher", "Where you said first whose old words are."),
    _vouchings("vouched_second", "second_voucher", "Where you agreed whose old words are."),
)

PERSONAL: tuple[PersonalData, ...] = (
    PersonalData(
        column="pack_claims.member",
        what="that old words on a board are yours",
        sections=("claims",),
        leaving=Leaving.FORMER,
        why="the words themselves go with you, or stay, as you choose; the claim cannot be made again",
        secrets=("tag", "code_hash"),
    ),
    PersonalData(
        column="vouchings.member",
        what="that members said old words are yours",
        sections=("vouched_for",),
        leaving=Leaving.FORMER,
        why=_FORMER,
    ),
    PersonalData(
        column="vouchings.voucher",
        what="that you said whose old words are",
        sections=("vouched_first",),
        leaving=Leaving.FORMER,
        why=_FORMER,
    ),
    PersonalData(
        column="vouchings.second_voucher",
        what="that you agreed whose old words are",
        sections=("vouched_second",),
        leaving=Leaving.FORMER,
        why=_FORMER,
    ),
)
