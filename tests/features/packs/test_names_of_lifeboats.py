"""What name stands at words that came with a pack, before anybody claimed them (33.2, P13)."""

import pytest
from msgspec.structs import replace

from bbs.features.packs.unpack_rules import name_of_author
from bbs.features.packs.views import PackAuthor, PackHeading, PackKind
from tests.support.packs import BOARD, HOME, tags_of

SERVER = PackHeading(version=1, board=BOARD, homes=(HOME,))
LIFEBOAT = replace(SERVER, kind=PackKind.LIFEBOAT)


@pytest.mark.parametrize(
    ("author", "shown"),
    [
        (PackAuthor(number=0, tags=tags_of(1)), None),
        (PackAuthor(number=0, tags=tags_of(1), handle="ana", name="Ana"), "ana of moot.example"),
        (PackAuthor(number=0, name="Rosa, by mail"), "Rosa, by mail"),
    ],
)
def test_a_lifeboat_puts_words_into_nobodys_mouth(author: PackAuthor, shown: str | None) -> None:
    """A name that a server signed shows; one that anybody could have written into a file does not."""
    assert name_of_author(SERVER, author) == shown
    assert name_of_author(LIFEBOAT, author) is None
