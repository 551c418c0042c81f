"""What the feature of threads, posts and lounges brings to the mirror."""

from bbs_client.features.threads import state
from bbs_client.mirror import changes, fading, words
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    fold=state.fold,
    fold_result=state.fold_result,
    writers={
        changes.PutThread: words.put_thread,
        changes.PutPost: words.put_post,
        changes.PutBones: words.put_bones,
        changes.PutLine: words.put_line,
        changes.PutThanks: words.put_thanks,
        changes.RemoveHeld: words.remove_held,
        changes.BlankThread: words.blank_thread,
        changes.Raise: words.raise_thread,
        changes.Fade: fading.fade,
        changes.FadeLounge: fading.fade_lounge,
        changes.PurgeThread: fading.purge_thread,
        changes.Shorten: fading.shorten,
    },
    board_tables=(
        "threads",
        "posts",
        "lines",
        "shortenings",
    ),
)
