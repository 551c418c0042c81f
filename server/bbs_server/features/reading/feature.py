"""What the feature of reading brings to the server."""

from bbs.features.boards.messages import SeatChanged
from bbs.features.reading import messages
from bbs_server.features.reading import choices, handlers, inbox, search, unread
from bbs_server.manifest import Feature, ReactsTo

FEATURE = Feature(
    commands={
        messages.MarkPosts: handlers.mark,
        messages.SetThreadChoice: choices.set_thread,
        messages.SetBoardChoice: choices.set_board,
        messages.SetMemberChoice: choices.set_member,
        messages.ArrangeBoards: choices.arrange,
        messages.SavePost: choices.save,
    },
    queries={
        messages.GetChoices: choices.get_choices,
        messages.GetMarks: handlers.get_marks,
        messages.GetUnread: unread.get_unread,
        messages.GetRound: unread.get_round,
        messages.GetInbox: inbox.get_inbox,
        messages.ListSaved: inbox.list_saved,
        messages.Resolve: handlers.resolve,
        messages.Search: search.search,
        messages.ListMentions: search.list_mentions,
    },
    reactions=(ReactsTo(SeatChanged, handlers.set_floor_on_seat, after=("members",)),),
)
