"""The grid of the screen: from which sizes on there is room for what, and how wide words and lists are."""

NARROW_BELOW_COLUMNS = 60  # narrower, everything is shortened: few keys, few levels, short names
BESIDE_FROM_COLUMNS = 100  # from this width the boards stand beside what is read
BROAD_FROM_COLUMNS = 140  # from this width there is room beside a thread
VAST_FROM_COLUMNS = 180  # and from this width on both of its sides
SHORT_BELOW_ROWS = 16  # below this height the body has no facts
LOW_BELOW_ROWS = 30  # below this height there are no blank rows

MEASURE = 72
"""The columns of the longest row of words; longer ones are hard to read."""

LIST_COLUMNS_MAX = 78
"""The columns of a row of a list: what stands at its right end stays near its title."""
