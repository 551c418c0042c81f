"""SQL for what is hidden now, shared by the features that read posts."""

from bbs_server.store.leavers import GONE_NOW

REMOVED_NOW = "r.state IN ('removed', 'erasing')"
"""SQL for whether all words of a member are hidden; of the row `r` of `removed_members`."""

TAKING_NOW = "k.state IN ('taking', 'disputed')"
"""SQL for whether an imported author took their words back; of the row `c` of `pack_claims`."""

NAMELESS_NOW = (
    "EXISTS (SELECT 1 FROM leavings l WHERE l.member = {0}.author AND l.board IN ('', {0}.board)"  # noqa: S608 - a constant
    f" AND {GONE_NOW})"
)
"""SQL for whether the author of a row left, and took the name along; takes the name of the table."""

KIND_NOW = f"CASE WHEN {NAMELESS_NOW} THEN 'former' ELSE {{0}}.author_kind END"
"""SQL for the kind of a row's author as readers see it; takes the name of the table."""

HIDDEN_NOW = (
    "(EXISTS (SELECT 1 FROM hidings h WHERE h.thread = {0}.thread AND h.first <= {0}.n"  # noqa: S608 - constants
    " AND h.upto >= {0}.n AND h.ended_at IS NULL)"
    f" OR EXISTS (SELECT 1 FROM removed_members r WHERE r.member = {{0}}.author AND {REMOVED_NOW})"
    " OR EXISTS (SELECT 1 FROM leavings l WHERE l.member = {0}.author AND l.board IN ('', {0}.board)"
    f" AND l.words = 'taken' AND {GONE_NOW})"
    " OR EXISTS (SELECT 1 FROM pack_claims k WHERE k.imported = {0}.author"
    f" AND {TAKING_NOW}))"
)
"""SQL for whether a post is hidden; takes the name of `posts` in the statement."""
