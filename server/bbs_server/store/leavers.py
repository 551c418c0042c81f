"""Who left, as the store knows it: lines of the record of removals, and the replay of events (P9)."""

GONE_NOW = "l.words <> 'left' AND l.state IN ('leaving', 'erasing')"
"""SQL for whether a member's words somewhere are a former member's now; of the row `l` of `leavings`."""
