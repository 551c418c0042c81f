"""What was meant for one, what one put aside, and thanks: seen by nobody else (P2)."""

from bbs.features.members.views import MemberAuthor
from bbs.features.threads.messages import Thank
from bbs.features.threads.views import Post
from bbs.ids import new_id
from bbs_client.keys import Pane
from bbs_client.shell.looking import Looking
from bbs_client.widgets.words import handle_of


class Own(Looking):
    """The keys to what is one's own."""

    def action_saved(self) -> None:
        """Show what one has put aside."""
        from bbs_client.features.reading.saved import SavedDialog

        self.app.push_screen(SavedDialog(self.house, self.link.call), self._to_chosen)

    def action_inbox(self) -> None:
        """Show what was meant for one: answers, mentions, thanks and notices."""
        from bbs_client.features.reading.inbox import InboxDialog

        self.app.push_screen(InboxDialog(self.house, self.link.call), self._to_chosen)

    def _to_chosen(self, post: Post | None) -> None:
        if post is not None:
            self.go_to_post(post)

    def action_thanks(self) -> None:
        """Thank the author of the post under the cursor; only they ever know (P2)."""
        post = self.thread.current_post() if self.pane is Pane.THREAD else None
        if post is None or post.number is None:
            self.tell("There is no post under the cursor.")
        elif not isinstance(post.author, MemberAuthor) or self.house.is_mine(post):
            self.tell("There is nobody else here to thank for this.")
        elif self.submit(Thank(post=post.id, op=new_id()), f"thanks:{post.id}"):
            who = handle_of(post.author, self.house.members)
            self.tell(f"Thanked. Only {who} will ever see it.")
