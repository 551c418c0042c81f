"""Letters over a connection: list them, and find the one among some people."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from bbs import letter_address, limits
from bbs.features.letters.messages import ListLetters
from bbs.features.letters.views import Letter
from bbs.features.members.author_text import member_name
from bbs.features.members.views import Member
from bbs.ids import BoardId, MemberId
from bbs.letter_address import Correspondence, LetterAddress
from bbs.refusals import NotAllowed

if TYPE_CHECKING:
    from bbs.sdk.community import Community


async def list_letters(community: "Community") -> tuple[list[Letter], list[Letter]]:
    """Return the member's open letters, those with the newest change first, and the requests that wait.

    Cancelling is safe.
    """
    letters: list[Letter] = []
    requests: list[Letter] = []
    before: str | None = None
    while True:
        page = await community.call(ListLetters(before=before, limit=limits.PAGE_ITEMS_MAX))
        letters += [head.letter for head in page.heads]
        requests += page.requests if before is None else ()
        if page.next_before is None or page.next_before == before:
            return letters, requests
        before = page.next_before


def people_of(letter: Letter, members: Mapping[MemberId, Member], me: MemberId) -> tuple[str, ...]:
    """Return the handles of the others in a letter, or in a request to the member, in alphabetical order."""
    others = letter.members or (letter.asked_by, *letter.others)
    names = (member_name(id, members).removeprefix("@") for id in others if id != me)
    return tuple(sorted(names))


def address_of(letter: Letter, members: Mapping[MemberId, Member], me: MemberId) -> str:
    """Return how the member addresses a letter: `~ana+ben`; by their own handle if they are alone in it."""
    people = people_of(letter, members, me)
    return str(LetterAddress(people or (member_name(me, members).removeprefix("@"),)))


def addresses_of(
    letters: Iterable[Letter], members: Mapping[MemberId, Member], me: MemberId
) -> dict[BoardId, str]:
    """Return how the member addresses their open letters, by id: `~ana:2` where `~ana` fits several."""
    known = list(letters)
    which = letter_address.number_alike(_correspondence(each, members, me) for each in known)
    return {
        each.id: address_of(each, members, me) + (f":{nth}" if (nth := which[each.id]) else "")
        for each in known
    }


def _correspondence(
    letter: Letter, members: Mapping[MemberId, Member], me: MemberId
) -> Correspondence:
    people = people_of(letter, members, me)
    return Correspondence(letter.id, people, letter.asked, letter.asked_at)


def find_among(
    letters: Iterable[Letter],
    handles: Sequence[str],
    members: Mapping[MemberId, Member],
    own: Member,
    *,
    to_read: bool = False,
) -> Letter | None:
    """Return the letter among exactly these people and the member; None if there is none.

    Raises:
        BadParams: As `find_meant`, or if somebody was named who can have no such handle.
    """
    named = letter_address.letter_of(list(handles))
    by_id = {each.id: each for each in letters}
    known = [_correspondence(each, members, own.id) for each in by_id.values()]
    found = letter_address.find_meant(named, own.handle, known, to_read=to_read)
    return None if found is None else by_id[BoardId(found)]


async def letter_addresses(
    community: "Community", members: Mapping[MemberId, Member]
) -> dict[BoardId, str]:
    """Return the addresses of the member's open letters by id; none for a token, which reads no letters."""
    if community.me is None:
        return {}
    try:
        letters, _ = await list_letters(community)
    except NotAllowed:
        return {}
    return addresses_of(letters, members, community.me.member.id)
