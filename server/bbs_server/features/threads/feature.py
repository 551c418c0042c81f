"""What the feature of threads, posts and lounges brings to the server."""

from bbs_server.features.threads import (
    handlers,
    imports,
    jobs,
    lounge,
    purge,
    queries,
    records,
    thanks,
)
from bbs_server.manifest import Feature

FEATURE = Feature(
    modules=(handlers, imports, lounge, purge, queries, thanks),
    lookups={
        "hidden_among": records.hidden_among,
        "line_by_number": records.line_by_number,
        "locate": records.locate,
        "post_by_number": records.post_by_number,
        "posts_by_row": records.posts_by_row,
        "thread_by_number": records.thread_by_number,
        "threads": records.threads_by_id,
    },
    jobs=jobs.JOBS,
)
