"""The limits of claims, each with its reason (protocol 31)."""

CLAIM_THREADS_MAX = 100  # of one decision: a stranger's frame holds no more, and it takes 30 ms
CLAIM_SLICE_THREADS = 100  # whose tags one slice of a look-up compares
CLAIM_DAYS = 90  # seats are kept, and invited claims wait: a season, as a first sync has
CLAIM_ERASE_DAYS = 7  # until words that were taken back are erased, as after leaving
VOUCHING_DAYS = 14  # announced to the board, as long as a hand-over is
VOUCHING_SECOND_DAYS = 14  # in which the second member vouches
VOUCHING_GUEST_DAYS = 90  # guest and host do not vouch together, as they do not decide together
VOUCHINGS_OPEN_MAX = 20  # on a board at once: its members can know that many names
VOUCHINGS_LISTED_MAX = 100  # in a list: the newest
