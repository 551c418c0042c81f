"""The limits of packs, each with its unit in the name and its reason beside it."""

PACK_VERSION = 1
PACK_BYTES_MAX = 536_870_912  # 20,000 posts take 20 MiB; a board of decades fits, a bomb does not
PACK_DISK_TIMES = 7  # its size, while it is unpacked: 3.5 with long posts, 7 with tiny ones
PACK_DISK_LOG_MIB = 64  # of the write-ahead log beside it: 16 to 64 were measured
PACK_LINE_BYTES_MAX = 131_072  # the longest mail, each sign escaped, with room
PACK_CHECK_LINES = 1_000  # lines between two checks: a flipped byte is found in so small a part
PACK_HOMES_MAX = 8  # communities in which a board stood; a circle moves once in some years
PACK_AUTHORS_MAX = 10_000  # of one thread: a mailing list of decades; a board has BOARD_SEATS_MAX
PACK_HOST_CHARS_MAX = 261  # the longest name of the net, with a port
PACK_SIGNATURES_MAX = 2 * PACK_HOMES_MAX  # one of each home, and of its newer key
PACK_MODERATORS_MAX = 100  # of one board; there are rarely five
PACK_MOVED_MAX = 10_000  # threads merged on one board; the chains between them are held in memory
PACK_COUNT_MAX = 1_000_000_000  # threads, edits of a post: room to count on below 2**53
PACK_ACT_TEXTS_MAX = 200  # of the acts with most texts: all clauses changed, before and after
CLAIM_TAGS = 4  # of an author in a thread: as many keys as people use; always so many
