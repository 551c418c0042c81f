"""The personal data that the feature of threads stores."""

from bbs.features.ownership.views import OwnLine, OwnPost, OwnThread, OwnWording
from bbs_server.features.threads import chosen_words, given, removed_words
from bbs_server.forgetting import blank, nothing
from bbs_server.personal import Leaving, OwnedRows, PersonalData, Section

SECTIONS = (
    Section(
        name="threads",
        about="The threads that you began.",
        rows=given.give_threads,
        key=tuple[str],
        shows=OwnThread,
    ),
    Section(
        name="posts",
        about="Your posts, held ones too, each with the thread's title and whom it answers.",
        rows=given.give_posts,
        shows=OwnPost,
    ),
    Section(
        name="wordings",
        about="Earlier wordings of your posts, as far as they are kept.",
        rows=given.give_wordings,
        key=tuple[int, int],
        shows=OwnWording,
    ),
    Section(
        name="lines",
        about="Your lines in lounges that have not faded.",
        rows=given.give_lines,
        key=tuple[str],
        shows=OwnLine,
    ),
    Section(
        name="paced_writings",
        about="When you wrote last where everybody, or you alone, writes at a pace: for a day.",
        rows=OwnedRows(
            table="paced_writings",
            owner="member",
            key=("board", "thread"),
            columns=("board", "thread", "at"),
            times=("at",),
        ),
    ),
    Section(
        name="answers",
        about="Where and by whom you were answered, without the words.",
        rows=given.give_answers,
        shows=("address", "post", "at", "by"),
    ),
    Section(
        name="mentions",
        about="Where and by whom you were mentioned, without the words.",
        rows=given.give_mentions,
        shows=("address", "post", "at", "by"),
    ),
    Section(
        name="lounge_mentions",
        about="Where and by whom you were mentioned in lounges, without the words.",
        rows=given.give_line_mentions,
        key=tuple[int, str],
        shows=("address", "line", "at", "by"),
    ),
    Section(
        name="thanks_given",
        about="The thanks that you gave.",
        rows=given.give_thanks_given,
        key=tuple[str, str],
        shows=("post", "to", "at"),
    ),
    Section(
        name="thanks_received",
        about="The thanks that you got.",
        rows=given.give_thanks_received,
        key=tuple[str, str],
        shows=("post", "by", "at"),
    ),
    Section(
        name="purges",
        about="The threads that you purged as sysop.",
        rows=OwnedRows(
            table="purges",
            owner="author",
            key=("thread",),
            columns=("thread", "upto", "numbers", "below", "norm", "law_text", "reason_text"),
        ),
    ),
)

_AS_CHOSEN = "your words go with you, or stay under no name, as you choose"
_WITH_POST = "it goes with the post, or says: a former member"

PERSONAL = (
    PersonalData(
        column="threads.author",
        what="a thread that you began",
        sections=("threads",),
        leaving=Leaving.FORMER,
        why=_AS_CHOSEN,
        words=("title_text",),
        packed=True,
        forget=removed_words.forget_threads,
        chosen=chosen_words.choose_threads,
    ),
    PersonalData(
        column="paced_writings.member",
        what="when you wrote last where a pace holds, for a day",
        sections=("paced_writings",),
        leaving=Leaving.GOES,
        why="no pace is asked of who is gone",
    ),
    PersonalData(
        column="posts.author",
        what="a post of yours",
        sections=("posts", "wordings"),
        leaving=Leaving.FORMER,
        why=_AS_CHOSEN,
        words=("body_text", "subject_text"),
        packed=True,
        forget=removed_words.forget_posts,
        chosen=chosen_words.choose_posts,
    ),
    PersonalData(
        column="posts.answers",
        what="that a post answers you",
        sections=("answers",),
        leaving=Leaving.GOES,
        why="the post stays its author's; that it answered you is forgotten",
        forget=removed_words.forget_answers,
        chosen=chosen_words.choose_answers,
    ),
    PersonalData(
        column="posts.mentions",
        what="that a post mentions you",
        sections=("mentions",),
        leaving=Leaving.GOES,
        why="the handle in the words leads to nobody",
        forget=removed_words.forget_mentions,
    ),
    PersonalData(
        column="mentions.member",
        what="that a post mentions you, to find it by",
        sections=("mentions",),
        leaving=Leaving.GOES,
        why="nobody is left to look for it",
    ),
    PersonalData(
        column="lines.author",
        what="a line of yours",
        sections=("lines",),
        leaving=Leaving.FORMER,
        why=f"{_AS_CHOSEN}; talk ends soon by itself",
        words=("body_text",),
        forget=removed_words.forget_lines,
        chosen=chosen_words.choose_lines,
    ),
    PersonalData(
        column="lines.mentions",
        what="that a line mentions you",
        sections=("lounge_mentions",),
        leaving=Leaving.GOES,
        why="it goes with the line",
        forget=removed_words.forget_line_mentions,
    ),
    PersonalData(
        column="line_mentions.member",
        what="that a line mentions you, to find it by",
        sections=("lounge_mentions",),
        leaving=Leaving.GOES,
        why="nobody is left to look for it",
    ),
    PersonalData(
        column="thanks.by",
        what="thanks that you gave",
        sections=("thanks_given",),
        leaving=Leaving.FORMER,
        why=_WITH_POST,
        words=("by_text",),
        forget=removed_words.forget_thanks_given,
    ),
    PersonalData(
        column="texts.body",
        what="your name on thanks that you gave: the text itself",
        sections=("thanks_given",),
        leaving=Leaving.GOES,
        why="it is erased, and a replay says: a member",
        forget=nothing,
    ),
    PersonalData(
        column="thanks.author",
        what="thanks that you got",
        sections=("thanks_received",),
        leaving=Leaving.GOES,
        why="they were for you alone",
        forget=removed_words.forget_thanks_got,
        chosen=chosen_words.choose_thanks_got,
    ),
    PersonalData(
        column="purges.author",
        what="that you purged a thread as sysop",
        sections=("purges",),
        leaving=Leaving.FORMER,
        why="the purge stays, and says: a former member",
        words=("law_text", "reason_text"),
        forget=blank("purges.author", by="''"),
    ),
)
