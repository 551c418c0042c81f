"""What the feature of threads, posts and lounges brings to the mirror."""

from bbs.features.threads.messages import (
    AuthorThanked,
    LineSaid,
    LineUnsaid,
    PostEdited,
    PostHeld,
    PostPublished,
    PostWithdrawn,
    TextPurged,
    ThreadPublished,
    ThreadRetitled,
)
from bbs.features.threads.views import (
    Line,
    LinePage,
    LineResult,
    Post,
    PostPage,
    PostResult,
    RecentPage,
    Skeleton,
    StartThreadResult,
    Thanks,
    ThanksPage,
    Thread,
    ThreadPage,
    ThreadResult,
)
from bbs_client.features.threads import state
from bbs_client.mirror import changes, fading, words
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    told={
        ThreadPublished: ("thread", "post"),
        ThreadRetitled: ("thread",),
        PostPublished: ("post",),
        PostHeld: ("thread", "post"),
        PostEdited: ("post",),
        PostWithdrawn: ("post",),
        TextPurged: ("posts", "lines"),
        AuthorThanked: ("thanks",),
        LineSaid: ("line",),
        LineUnsaid: ("line",),
        ThreadResult: ("thread",),
        ThreadPage: ("threads",),
        StartThreadResult: ("thread", "post"),
        PostResult: ("post",),
        PostPage: ("thread", "posts"),
        RecentPage: ("threads", "posts"),
        Skeleton: ("thread",),
        ThanksPage: ("thanks",),
        LineResult: ("line",),
        LinePage: ("lines",),
    },
    fold=state.fold,
    writers={
        Thread: words.put_thread,
        Post: words.put_post,
        Skeleton: words.put_bones,
        Line: words.put_line,
        Thanks: words.put_thanks,
        changes.Raise: words.raise_thread,
        changes.Fade: fading.fade,
        changes.FadeLounge: fading.fade_lounge,
        changes.PurgeThread: fading.purge_thread,
        changes.Shorten: fading.shorten,
    },
    board_tables=("threads", "posts", "lines", "shortenings"),
)
