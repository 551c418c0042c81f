"""The reader's saved posts, seen by no one else, newest first; Enter opens one."""

from collections.abc import Iterable, Mapping

from bbs.features.reading.messages import ListSaved, PostInThread
from bbs.features.reading.messages import SavedPage as PageOfSaved
from bbs_client.actions.lookup import saved_on_device
from bbs_client.features.reading.found import FoundList
from bbs_client.features.reading.pages import ListPage
from bbs_client.session.session import Session


class SavedPage(ListPage[PostInThread]):
    """The saved posts: the mirror knows which, and the server has those that are not here."""

    QUERY = ListSaved
    ABOUT = "What you put aside, newest first. Nobody else sees this."
    EMPTY = "Nothing put aside. * puts a post here."

    def __init__(self, session: Session) -> None:
        """Make the list.

        Args:
            session: The session with posts, names and time.
        """
        here = _in_time(saved_on_device(session))
        super().__init__("Saved", FoundList(session), here, fact="for you alone")

    def items_of(self, page: PageOfSaved) -> dict[str, PostInThread]:
        """Return the posts of an answer."""
        return _in_time(page.found)

    def joined(
        self, known: Mapping[str, PostInThread], page: dict[str, PostInThread]
    ) -> dict[str, PostInThread]:
        """Return all in the order of time, because the mirror may hold some older than the page."""
        return _in_time({**known, **page}.values())


def _in_time(found: Iterable[PostInThread]) -> dict[str, PostInThread]:
    ordered = sorted(found, key=lambda one: (one.post.at, one.post.id), reverse=True)
    return {one.post.id: one for one in ordered}
