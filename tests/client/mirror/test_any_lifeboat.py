"""Whatever stands in a mirror, its lifeboat is a sound pack and tells nothing that it must not (33.2)."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bbs.clock import instant
from bbs.features.norms.messages import Clause, Norms
from bbs.features.packs.consent_messages import BoardConsent, ClaimEntry, PackConsent
from bbs.features.packs.views import PackAuthor, PackPost, PackState
from bbs.features.threads.views import GONE, ContentState
from bbs.ids import COMMONS
from bbs.testing import FakeClock, a_board, a_seat
from bbs_client.mirror.file import Mirror
from tests.client.mirror.test_lifeboat import (
    ANA,
    AT,
    BEN,
    BOARD,
    CEM,
    HASHES,
    listed,
    made,
    of,
    said,
)

PEOPLE = (ANA, BEN, CEM)
STATES = [state for state in ContentState if state is not ContentState.HELD]
POSTS = st.lists(
    st.tuples(
        st.sampled_from((*PEOPLE, None)),
        st.sampled_from(STATES),
        st.sampled_from((None, instant(2_000), instant(2**45))),
    ),
    min_size=1,
    max_size=8,
)
CHOICES = st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(PackConsent))
CANARY = "canary"


def _post(number: int, who: str | None, state: ContentState, fades_at: Any) -> Any:
    # A moderator's or the author's own mirror holds words that are hidden for all others.
    body = None if state in GONE else f"{CANARY}-{number}"
    return said(number, who, body, state=state, fades_at=fades_at)


@given(POSTS, CHOICES, CHOICES)
def test_it_shows_what_every_reader_sees_and_every_author_allows(
    posts: list[tuple[str | None, ContentState, Any]],
    told: dict[str, PackConsent],
    entries: dict[str, PackConsent],
) -> None:
    """Shown are published words of authors who are not left out; named are those named in both."""
    norms = (Clause(text="Stay with plants.", why="It is why."),)
    with (
        TemporaryDirectory() as name,
        closing(Mirror.copy(Path(name, "no"), ANA, FakeClock())) as mirror,
    ):
        mirror.set_epoch("e-1")
        mirror.apply(
            [
                a_board(id=COMMONS, title="The Moot", slug="commons"),
                a_board(id=BOARD, slug="garden", title="Garden"),
                a_seat(board=BOARD, member=ANA),
                Norms(board=BOARD, version=1, clauses=norms, since=AT),
                *(
                    BoardConsent(board=BOARD, member=each, consent=say)
                    for each, say in told.items()
                ),
                listed(
                    *(
                        ClaimEntry(
                            member=each,
                            consent=say,
                            handle=f"h{say.value[:3]}",
                            hashes=HASHES[each],
                        )
                        for each, say in entries.items()
                    )
                ),
            ]
        )
        _, lines = made(mirror, Path(name), *(_post(n, *post) for n, post in enumerate(posts, 1)))
        data = Path(name, "garden.pack").read_text()
    out = {each for each in PEOPLE if PackConsent.LEFT_OUT in (told.get(each), entries.get(each))}
    named = {each for each in PEOPLE if told.get(each) is entries.get(each) is PackConsent.NAMED}
    shown = {
        number
        for number, (who, state, fades_at) in enumerate(posts, 1)
        if state is ContentState.PUBLISHED and who not in out and fades_at != instant(2_000)
    }
    found = of(PackPost, lines)
    assert {line.number for line in found if line.state is PackState.PUBLISHED} == shown
    assert {n for n in range(1, len(posts) + 1) if f'"{CANARY}-{n}"' in data} == shown
    assert not any(each in data for each in PEOPLE)
    writers = {posts[number - 1][0] for number in shown}
    authors = of(PackAuthor, lines)
    assert len(authors) == len(writers - {None})
    assert sum(author.handle is not None for author in authors) == len(named & writers)
