"""The limits of moves, each with its unit in the name and its reason beside it."""

MOVE_DAYS = 14  # who comes by once a week is asked twice before their words go
MOVE_CASES_DAYS = 60  # of waiting for open cases: their deadlines and appeals are over by then
RECEIPT_DAYS = 30  # to carry a pack and unpack it; longer nobody should have to keep silent
SEALED_DAYS = 30  # an author who was away for a month can still take their words along or back
LEADS_ON_DAYS = 400  # as old slugs: whoever follows an address within a year comes to the board
PAPER_BYTES_MAX = 65_536  # of a receipt, or a page of a last list: they are sent in one frame
LAST_PAGE_POSTS_MAX = 100  # posts in a page of a last list: they are erased in one transaction
LAST_LIST_BYTES_MAX = 67_108_864  # of a last list: a million posts; a longer file is none
