"""Every limit of the house, each with its unit in the name and its reason beside it."""

# Protocol (docs/protocol.md, clause 2)
FRAME_TO_SERVER_BYTES_MAX = 65_536  # a 16 KiB post in JSON, escaped, with room; 1 ms to decode
FRAME_TO_CLIENT_BYTES_MAX = 1_048_576  # a page of the longest posts; the websockets default
JSON_DEPTH_MAX = 32  # our deepest message has 6; msgspec recurses in C until RecursionError
REQUEST_ID_CHARS_MAX = 64  # labels of other protocols fit; echoed back, so bounded
REQUEST_ID_INT_MAX = 2**53 - 1  # what every JSON reader holds exactly
REQUESTS_IN_FLIGHT_MAX = 64  # a client that fires more without reading answers is not reading
UNREADABLE_FRAMES_MAX = 16  # in a row; a program still wrong after 16 errors never recovers
STRANGER_FRAMES_MAX = 10  # hello, challenge, sign-in and a few typos
STRANGER_FRAME_BYTES_MAX = 8_192  # strangers need no more
STRANGER_UNREAD_BYTES_MAX = 32_768  # answers that a stranger left unread; two of the longest usual
FRAGMENTS_MAX = 32  # of one message; libraries that split do it every 4 KiB: 17 of the largest
CONTROL_FRAMES_BURST = 128  # pings and pongs at once; a client's own go every PING_SECONDS
CONTROL_FRAMES_PER_SECOND = 4.0
UPLOAD_SECONDS_MAX = 60  # for one message: the largest at a KiB a second, the slowest mobile line
HANDSHAKE_BYTES_MAX = 8_192  # of HTTP, as web servers take; ours has 300, a browser's 2,000
DISCOVER_STRANGERS_BURST = 20  # descriptions of 116 KiB for all strangers; also in docs/reference
DISCOVER_STRANGERS_PER_SECOND = 1.0
STRANGER_SECONDS_MAX = 60  # time to sign in; an idle unknown holds a socket no longer
PAGE_ITEMS_MAX = 200  # items a page; bytes cut it earlier when posts are long
PAGE_ITEMS_DEFAULT = 50
PAGE_BYTES_MAX = 524_288  # half a frame, so that escaping cannot pass FRAME_TO_CLIENT_BYTES_MAX
SYNC_STREAMS_MAX = 512  # streams in one sync request
CURSOR_STREAMS_MAX = SYNC_STREAMS_MAX  # streams in one cursor of a script: it goes on by one sync
CURSOR_CHARS_MAX = 65_536  # of such a cursor as text: all its streams, each with the longest tag
SYNC_EVENTS_MAX = 200  # events replayed an answer, leaving room in the outbox; the client asks on

# Connections
CONNECTIONS_DEFAULT = 2_000  # a stranger takes 16 KiB when idle, 31 KiB at most (make bench)
CONNECTIONS_MAX = 20_000  # more than one process answers in time
CONNECTIONS_PER_ADDRESS_MAX = 64  # a household or a shared host; not loopback and unix sockets
STRANGERS_PER_ADDRESS_MAX = 16  # sockets not signed in yet
HANDSHAKES_MAX = 512  # sockets not let in yet, or on their way out; of more the oldest is cut
BACKLOG_CONNECTIONS = 256  # that wait for the kernel to hand them over: a second of a flood of them
OUTBOX_FRAMES_MAX = 512  # a burst of talk; a reader further behind resumes from its cursor (P14)
OUTBOX_BYTES_MAX = 1_048_576
WRITE_BUFFER_BYTES_MAX = 1_048_576  # bytes the kernel did not take, pongs included; above: cut off
SWEEP_SECONDS = 1.0  # how often every socket is looked after; a thousand take 1 ms
PING_SECONDS = 20.0  # often enough for what forgets idle lines on the way
PONG_SECONDS = 15.0  # with the time to close, a dead peer is gone 40 s after its last sign
OPEN_SECONDS_MAX = 10.0
CLOSE_SECONDS_MAX = 5.0
REQUEST_BURST = 80  # at once from one member's session: a client's start, 10,000 missed events
REQUEST_PER_SECOND = 10.0  # sustained; scripts that need more pace themselves by retry_after
WRITE_BURST = 20  # changing requests at once, for each member
WRITE_PER_SECOND = 2.0  # faster than a person types; imports use their own command
RETRY_AFTER_SECONDS_MIN = 0.1
READ_SLICE_MS_MAX = 20  # of a reader at a time; a page takes 2 ms and must not wait for much more
READ_PIECE_ROWS = 250  # between two places where a read can be cut: 1 to 3 ms, a tenth of a slice
LONG_READS_MAX = 1  # reads past their first slice at the same time: half of the store's readers
READ_BURST_MS = 5_000  # of a reader's time at once, for each member: ten first starts of a client
READ_MS_PER_SECOND = 250  # lasting: ten pages a second need 50; four members cannot fill a reader

# Text (P13). Characters are code points after NFC.
BODY_CHARS_MAX = 8_000  # eight screens at 80x24; longer is a document, not a contribution
BODY_BYTES_MAX = 16_384  # the same in bytes for scripts that need three or four each
BODY_LINES_MAX = 1_000
LINE_BODY_CHARS_MAX = 1_000  # a chat line; longer belongs in a thread
LINE_BODY_LINES_MAX = 20  # a verse or a pasted snippet, less than a screen
IMPORT_BODY_CHARS_MAX = 30_000  # mailed patches are longer than posts, and have to fit a frame
IMPORT_BODY_BYTES_MAX = 32_768
IMPORT_BODY_LINES_MAX = 5_000  # a patch has short lines
TITLE_CHARS_MAX = 120  # one line at 120 columns
SHORT_CHARS_MAX = 60  # device names, labels
NAME_CHARS_MAX = 32  # display names
BANNER_BYTES_MAX = 8_192  # a whole banner in colours; every hello carries it
BANNER_COLUMNS_MAX = 80  # what every terminal shows …
BANNER_ROWS_MAX = 20  # … with room for a word of our own and the keys
MOTD_CHARS_MAX = 200  # two lines at 100 columns; longer belongs in a thread of the commons
CHARTER_CHARS_MAX = 2_000  # a paragraph
NORM_CHARS_MAX = 500  # a sentence, or its why
NORMS_MAX = 20  # clauses people can remember
MARKS_PER_BASE_MAX = 4  # combining marks on one base: Vietnamese and Hebrew need up to three
HANDLE_CHARS_MAX = 32
SLUG_CHARS_MAX = 32
QUERY_CHARS_MAX = 200
PASSWORD_CHARS_MIN = 15  # NIST SP 800-63B-4, 3.1.1.2, for a password that stands alone
PASSWORD_CHARS_MAX = 1_024  # checked before hashing
PASSWORD_JUDGED_CHARS = 72  # the time to judge grows with the square; what follows only adds
PASSWORD_GUESSES_MIN = 10**10  # zxcvbn's bound for a stolen hash that is slow to compute (score 4)
EDITS_MAX = 50  # wordings kept of one post; a text edited more often needs no longer history
MENTIONS_MAX = 20  # people one post can call; more is an announcement

# Members
MEMBERS_DEFAULT = 150  # so many people can know of one another (Dunbar); beyond, the loudest wins
BOARD_SEATS_DEFAULT = 40  # a conversation in which everybody is heard now and then
BOARD_SEATS_MAX = 1_000  # beyond, members do not know one another (P3)
BOARDS_DEFAULT = 100  # more than a board for every other member of a full community
BOARDS_MAX = 200  # their list, charters and all, is one frame
SEAT_OFFER_DAYS = 7  # who is away for a week still gets the seat; those behind wait no longer
SEAT_LAPSES_MAX = 2  # who lets two offers end is not in the circle: others are waiting
SEATS_FREED_DAYS = 30  # of a board with a dozen seats a shorter time would tell nothing
NEWCOMERS_PER_WEEK_MAX = 100  # a pace above it is none: that many come in at once
NEWCOMERS_DAYS = 7  # the days of which a pace counts the newcomers
QUESTIONS_MAX = 3  # to who asks for a seat: more is an examination
QUESTION_CHARS_MAX = 200  # two lines at 100 columns
ANSWER_CHARS_MAX = 500  # a paragraph: who asks is heard, and the desk reads all of it
APPLICATION_DAYS = 7  # who comes by once a week decides in time; then it goes on without the desk
APPLY_AGAIN_DAYS = 30  # a refusal holds for a month, as that of a command that waited
DESK_WORD_CHARS_MAX = 280  # a kind word: two sentences
APPLICATIONS_SHOWN_MAX = 50  # in a page: with their answers below the size of a frame
OFFICE_SEATED_DAYS = (
    14  # seated for so long a member knows the board, whose empty office they may take
)
AWAITED_HOURS = (
    72  # so long a board's moderators may take, before its readers see that something waits
)
ENDS_ASKED_DAYS = 30  # before a board's end: who comes by once a month is asked
ENDS_DAYS_MIN = 7  # who comes by once a week can answer; an end nearer than that is no question
ENDS_DAYS_MAX = 400  # a year and a bit: "until June" of next year; beyond, a board has no end
DEVICES_MAX = 20  # sessions of one member
TOKENS_MAX = 50  # scripting tokens of one member
TOKEN_ITEMS_PER_HOUR_DEFAULT = (
    600  # a script of its owner's own makes; one gone wild is soon noticed
)
TOKEN_ITEMS_PER_HOUR_MAX = 7_200  # what WRITE_PER_SECOND leaves its owner: more would mean nothing
KEYS_MAX = 20
INVITATION_USES_MAX = 100
INVITATION_DAYS_DEFAULT = 14
INVITATION_DAYS_MAX = 365
INVITATIONS_OPEN_MAX = 200  # of one member
INVITATIONS_OPEN_ALL_MAX = 2_000  # of all: the list of them fits an answer
AWAY_CHARS_MAX = 120
AWAY_DAYS_MAX = 180  # a line that nobody renews says nothing true for longer
PROFILE_CHARS_MAX = 1_000  # a page; more is a thread
PROFILE_LINES_MAX = 40
BUDGET_AT_ONCE = 2  # people whom a member invites at once, where the desk set a budget
BUDGET_DAYS = 30  # after so long a member has one more
BUDGET_FIRST_DAYS = 30  # a member who brings others knows the place
BUDGET_MEMBERS = 30  # with fewer, everybody knows everybody: the desk is not offered a budget
NEWCOMER_DAYS = 14  # a list of first steps that stays longer is a reproach
HOST_DAYS = 60  # by then a guest has found their own way; GUEST_DAYS, for votes, is for trust
RECOVERY_CODES = 8  # given at sign-up, one use each
RECOVERY_CODE_BITS = 140  # 7 groups of 4 letters: above the 128 that every secret has
SESSION_IDLE_DAYS = 30
SESSION_DAYS_MAX = 180
TOKEN_DAYS_MAX = 365
CHALLENGE_SECONDS = 60  # from nonce to signature
GUESSES_FREE = 5  # wrong passwords without a wait: typing errors
GUESS_WAIT_FACTOR = 4  # each further one makes the wait so many times longer, from 1 s on
GUESS_WAIT_SECONDS_MAX = 86_400  # after 15 wrong ones; in this time one of them is forgotten
GUESSES_AT_START = 8  # half of the 15: counts before a restart are unknown
GUESSES_FREE_AT_START = 2  # wrong ones of each handle since the start without a wait: typing errors
GUESSES_MONTH_MAX = 100  # in any 30 days, NIST SP 800-63B-4, 3.2.2; 46 without a restart
GUESS_COUNTERS = 65_536  # twice, 16 bytes each: a flood of made-up handles fills them in days
DEVICE_GUESS_COUNTERS = 4_096  # for the few devices that members signed in on
PASSWORD_JOBS_WAITING_MAX = 32  # argon2 takes 64 MiB and 0.2 s each; beyond: retry_after
ADDRESS_FAILURES_BURST = 20  # wrong passwords, codes and invitations from one address
ADDRESS_FAILURES_PER_SECOND = 0.1

# The end of a community
REASON_CHARS_MAX = 200  # two lines at 100 columns: a sentence that can be read in the log
CLOSING_NOTICE_DAYS_MIN = 14  # who comes by once a week hears of it twice
CLOSING_NOTICE_DAYS_MAX = 365  # an end further off is no plan
CLOSING_NO_NEW_DAYS = 14  # before the day: a newcomer would have no time to settle
CLOSING_READ_DAYS = 30  # after the day: a month to read, and to export posts
CLOSING_NEAR_DAYS = 7  # before each of its days the sysop's hook is called daily
EDGE_CHECK_SECONDS = 60.0  # between looks what began or ended, if a clock was set meanwhile

# Letters
LETTER_SEATS_MAX = 8  # a table at which all talk with all; more is a board
LETTER_DAYS = 365  # what people write to one another fades after a year
LETTER_REQUEST_DAYS = 30  # who comes by once a month still finds it; nobody is asked sooner again
LETTERS_SHOWN = 20  # heads of a page of letters: more have no news on most days
LETTERS_ASKED_MAX = (
    100  # requests of one member without a yes: more is a search, not a conversation
)
BLOCKS_MAX = 1_000  # as many as a board has seats at most
REPORT_POSTS_MAX = 20  # quoted in one report: more is the letter itself

# Tending
LOCK_DAYS_MAX = 90  # a thread that needs longer needs another thread, or other norms
READ_ONLY_DAYS_MAX = 365  # a board that rests for longer is archived
MOVED_AT_ONCE_MAX = 20  # posts of a thread: each has its event, and its marks are carried over
MOVED_LOOKED_MAX = 500  # posts looked at for those that belong to a branch, in one transaction
PINS_MAX = 5  # threads of one board: more is a second list, and the first is not read any more

# Commands that wait
SECOND_KEY_HOURS = 72  # a weekend: another office holder comes by in it
DELAY_HOURS_FEW = 24  # below SEATED_FEW everybody is reached within a day
DELAY_HOURS = 72  # above, a weekend, as for the second key
SEATED_FEW = 12  # so many can talk to one another at one table
VISIBILITY_DAYS = 7  # who comes by once a week can still withdraw words not meant for others
KEY_SEATED_DAYS = 30  # before that a second self is made too easily
KEY_OFFICE_DAYS = 14  # so that no member is appointed for one purpose and used the same week
GUEST_DAYS = 90  # for so long a guest and the inviting member count as one
OBJECTIONS_PART = 5  # the fifth part of those seated ends it: few, but not one alone
OBJECTIONS_MIN = 2
MOVED_AGAIN_DAYS = 30  # a refusal holds for a month
PROPOSALS_OPEN_MAX = 20  # of one board: more is a way to be waved through unread
FIRST_POST_LOOKED_AT_MAX = (
    5_000  # newest posts of a board, for whose first one it is in a lock-down (P14)
)
OTHERS_LOOKED_AT_MAX = 5_000  # posts or lines, for words of who left: 20 ms of the writer (P14)
HIDDEN_DAYS = 60  # hidden by a clause: two months to answer and have them restored
PROPOSAL_DAYS = 90  # the list shows an ended proposal as long as streams keep its events

# Batches (protocol 26)
BATCH_ITEMS_MAX = (
    1_000  # a flood's worth: whoever reads the plan before still can; of more make two
)
BATCH_SLICE_ITEMS = 10  # in one request: each is carried out and undone, in 2 to 4 ms
HIDDEN_BEFORE_MAX = 1_000_000  # told with a slice: an item may hide all that a case is about
BATCH_DRAFT_HOURS = 24  # a plan that nobody started for a day is about another day
BATCHES_RUNNING_MAX = (
    1  # of a board, but for what gets its key: each would change what the other was told
)
METHOD_CHARS_MAX = 64  # the longest of ours has 31
PLAN_LINE_BYTES_MAX = 61_440  # of a plan file: an item, which has to fit a frame to the server
PLAN_BYTES_MAX = 8_388_608  # of a plan file: BATCH_ITEMS_MAX items of 8 KiB; most have 400 bytes
REHEARSAL_BURST = 100  # requests at once of a member: a plan of BATCH_ITEMS_MAX items
REHEARSAL_PER_SECOND = 4.0  # lasting: each may hold the writer for 50 ms, so a fifth of its time

# Store
QUOTA_BYTES_MAX = 2**40  # a tebibyte of words: more than any disk this is meant for
QUOTA_NEAR_PERCENT = 90  # of a board's quota: notify a person before the server refuses a post
ERASE_AGAIN_SECONDS = 1.0  # after a purge, while a reader holds the log: none reads for long
CLOCK_STEP_SECONDS = 60  # a clock that differs by more did not get there by being slewed
CLOCK_PROOF_HOURS_MAX = 24  # how long a clock that moved has to stay in step, at most
CLOCK_HEARTBEAT_SECONDS = 60  # how old what is stored of the time may be; a commit each
CLOCK_RETRY_SECONDS = 60.0  # when to ask again while the clock is in doubt
CLOCK_CONFIRM_SECONDS = 300  # how far the time a sysop confirms may be from the server's
OP_DAYS = 30  # how long an answer is kept for a request sent again
RETENTION_DAYS_MAX = 36_500
LOUNGE_HOURS_DEFAULT = 72  # chat is talk: three days cover a weekend
LOUNGE_HOURS_MAX = 24 * 365
HOLD_SECONDS_DEFAULT = 60  # long enough to see a slip after sending, short enough to talk
HOLD_SECONDS_MAX = 600
ACT_DAYS = 400  # a year and a bit: a member who was away for a year can read the acts meanwhile
NUMBERS_SEATS_MIN = 10  # on a smaller board everybody could tell who a single case is about
NUMBERS_MONTHS = 12  # whole ones: no count changes on the day on which somebody reports
OLD_SLUG_DAYS = ACT_DAYS  # who follows an address in the log of power still comes to the board
OLD_SLUGS_MAX = 10  # of one board: more renames would only reserve names
ACT_NAME_DAYS = 365  # a clean year: then an act no longer names the member it was about
NOTICE_DAYS = (
    ACT_NAME_DAYS  # it says whom an act was about, so it ends when the act may forget that
)
STREAM_DAYS = 90  # events older than this are history, read as pages
ASKED_AT_ONCE_MAX = 100  # of a board that ends, in one transaction; each has an event of their own
SEATED_AT_ONCE_MAX = 100  # of a waiting list in one transaction; each has events in several streams
HOP_WORK_MS_MAX = 20  # of 50 a hop may last: to index and write it takes about as long again
PURGED_AT_ONCE_MAX = 50  # posts of a thread: an event for a post costs as much as erasing it
REMOVED_AT_ONCE = 50  # words of a removed newcomer: as of a purge, an event for each
SLICE_ROWS = 200  # rows timed work looks up at once; time ends a slice sooner
GROUP_COMMANDS_MAX = 128  # commands sharing one COMMIT
WRITE_QUEUE_MAX = 2_048  # commands waiting for the writer; beyond, throttled
INDEX_AFTER_SECONDS = 0.5  # posts wait together to be found: less than 1 s, with the work itself
INDEX_AGAIN_SECONDS = 5.0  # after an error
SEARCH_MS_MAX = 250  # a query that takes longer is stopped and says so
SEARCH_TERMS_MAX = 16
CLAIM_LIST_DAYS = 7  # a new device can be found in a lifeboat that is made a week later
REMOVALS_DAYS = 400  # a backup older than a year and a bit is not brought back: words left it since
REMOVALS_SPARE_DAYS = 30  # lines may expire this long before the record is rewritten
CHAIN_TAIL_EVENTS = 8  # checked of each board's stream at a start: where a torn write shows first
BEFORE_COPY_DAYS = 7  # a week of use shows whether an update holds; below what backups are kept for
LOOK_OVER_AFTER_SECONDS = 10.0  # the whole database is read only once members are back in
UNREAD_POSTS_MAX = 10_000  # counted at once: more than a week's reading, and it takes 60 ms
INBOX_LOOKED_MAX = 2_000  # for one page, muted ones and all; further back is the next page's
UNREAD_THREADS_MAX = 3_000  # about 130 bytes each: below PAGE_BYTES_MAX
CONFLICT_TRIES_MAX = 5  # for one mark or choice: each time another device came first
MARK_RANGES_MAX = 500  # ranges of one thread; of more the smallest are unread again (P4)
ROUND_POSTS_MAX = 10_000  # of one round: a week of reading; the next round goes on with the rest
ROUND_STOPS_MAX = 3_000  # about 150 bytes each: below PAGE_BYTES_MAX
READ_CHARS_PER_MINUTE = 1_200  # 200 words a minute, six characters to a word with its space
AWAY_DAYS = 14  # something waited so long, and so much waits: then a choice is offered
AWAY_POSTS = 100  # fewer are read sooner than a choice is made
CHOICES_MAX = 3_000  # of one member, about 110 bytes each: all of them fit one frame

# Arriving (protocol 21)
GUARD_POSTS = 3  # published by a newcomer on a board: by then its readers know how they write
GUARD_DAYS = 30  # a guard ends by then, however little its newcomer wrote
GUARD_LETTER_DAYS = 14  # before a newcomer may ask strangers for letters: floods come at once
GUARD_PACE_SECONDS_MAX = 86_400  # a post a day; slower is a silence, which needs a clause
GUARDS_OFFERED_MEMBERS = 30  # below, everybody knows who arrives
APPROVAL_ASK_HOURS = 24  # then the commons' moderators are asked too: a desk may be away for a day
APPROVAL_HOURS_MAX = 72  # then the server publishes it: nobody waits longer for nobody
APPROVALS_OF_THREAD_MAX = 50  # posts that wait behind its first; they are decided at once
DECLINED_DAYS = 30  # for which the author can copy the words of a post that was declined
NOTE_DAYS = 30  # for which a note is kept after the newcomer's last guard ended
NOTE_LINE_CHARS_MAX = 500  # a few sentences; longer is a letter
NOTE_LINES_MAX = 200  # of one note, so that all of them fit one answer

# Cases (protocol 22)
CASE_TEXT_CHARS_MAX = 1_000  # a page of what happened; the reported words come as copies anyway
REPORTS_PER_DAY_MAX = 10  # of one member: who finds more in a day writes to a moderator
FLAGS_PER_DAY_MAX = 100  # by the scripts of somebody in office: their desk has to read them
HELD_BACK_HOURS = 24  # by a script: long enough for a person to look, and published again after
HELD_BACK_PER_DAY_MAX = 50  # by the scripts of one member: more is a board that is held back
CASE_ENTRIES_MAX = 200  # of one case beside its reports, so that all of them fit one answer
OWN_COPIES_MAX = 16  # wordings of the longest post in one answer and one event, escaped
ANSWER_HOURS = 24  # who comes by once a day is heard
DECIDE_HOURS = 72  # a weekend: the desk comes by, the person has answered, and nobody hangs longer
CASE_NOTED_DAYS = 7  # "we look at it again by a day": who comes by once a week keeps their word
EVIDENCE_DAYS = 30  # after the case: an appeal over, copies of words have no reader any more
CASE_DAYS = 365  # after the case: so long an earlier sanction counts, and no longer
HOLD_HOURS_MAX = 36  # the time to answer, and half a day to read the answer
HOLD_AFTER_ANSWER_HOURS = 12  # half a day: a hold waits for no weekend
HOLD_AGAIN_DAYS = 30  # a hold is for once: renewed, it would be a sanction without a hearing
LADDER_DAYS = (7, 30, 90)  # a week, a month, a season; beyond, the members themselves decide
LADDER_MEMORY_DAYS = 365  # a clean year: then the ladder begins anew
SLOW_SECONDS_MAX = 86_400  # a writing a day; slower is silence
APPEAL_DAYS = 14  # who comes by once a week hears of it twice
APPEAL_DECIDE_DAYS = 14  # two weekends for somebody who did not decide; then it is lifted
REMOVAL_DAYS_FROM_JOINING = 14  # later somebody is a member, and the ladder holds for them
LEAVING_DAYS = 7  # to come back: a bad evening is slept over, and a promise of erasing stays short
COMEBACKS_MAX = 3  # a day, to one board: each makes all its readers' mirrors fetch the words anew
LEAVING_BOARDS_AT_ONCE = (
    5  # boards that a leaver leaves in one transaction: 20 ms with their events
)
HANDLE_LOOKED_AT_DAYS = 30  # whether words stand under a handle still; a walk through all posts
HANDLE_RESTS_DAYS = 400  # as long as the log names offices: nobody answers to it meanwhile
REMOVED_DAYS = 30  # for the appeal, and for the export, before account and words are erased
HIDDEN_BY_ONE_MAX = 20  # posts of others, by one moderator: more in a day is a campaign
HIDDEN_BY_ONE_HOURS = 24  # in which they are counted, however they are split
PERSON_WAIT_HOURS = 72  # where nobody holds a second key: as long as one would have had
CALM_DAYS_MAX = 7  # slow mode of a board, cool-down of a thread: tempers cool in a week
CALM_AGAIN_DAYS = 7  # between two of them: calm that never ends is another board
LOCK_DOWN_HOURS = 72  # a weekend against a flood
LOCK_DOWN_AGAIN_DAYS = 7  # a door that is shut every day is no door
URGENT_NOTICE_AGAIN_DAYS = 30  # past all mutes: heard only because it is rare
ENTER_HOURS = 24  # of the sysop in a private board: a day's work, then the key is back
ENTER_BANNER_DAYS = 7  # who comes by once a week reads that the sysop was there
ENTER_AGAIN_DAYS = 30  # within it a second visit takes a moderator of the commons

# The files of settings
SETTINGS_FILE_BYTES_MAX = 65_536  # a file of settings that is longer is another file

# What the doctor finds fault with
BACKUP_DAYS_MAX = 2  # a daily backup that failed once is seen the day after
ROOM_MIB_MIN = 200  # the log takes a few, a day of talk less; below, a person should look
DESCRIPTORS_OWN = 64  # of the server itself: database, log, listeners, pipes
INVITATION_OLD_DAYS = 30  # by then who was invited has come; a link left lying about lets others in

# The client's mirror
MIRROR_DAYS = 90  # as long as streams keep their events: what is older comes as pages when opened
MIRROR_THREAD_PAGES = 3  # of a board's thread list at a first sync; older ones when scrolled to
MIRROR_STALE_TRIES = 3  # a page older than what was folded already is asked again, then folded
MARKS_PAUSE_SECONDS = 1.0  # marks are gathered this long: n held down is one request, not thirty
ROUND_ANSWER_SECONDS = 2.0  # keys wait for the server to fix a round; after that the mirror does
LINK_RETRY_SECONDS = 5.0  # after a server or disk that cannot store now: soon, without hammering

# The client's screen
# Kept of a paste: four of the longest posts, so that its writer sees by how much it is too long, and
# chooses what stays.
PASTE_BYTES_MAX = 65_536
TYPED_AHEAD_MAX = 1_024  # keys before there is a field or a screen; only a stuck key types more

# Imports of mailing lists (bbs admin threads import-mbox)
IMPORT_MAIL_BYTES_MAX = 26_214_400  # what mail servers let through; longer is no conversation
IMPORT_UNPACKED_BYTES_MAX = 2_147_483_648  # of a gzip file: decades of a busy list; more is a bomb
IMPORT_HTML_CHARS_MAX = 262_144  # of an HTML part; its text is cut far below, markup takes the rest
IMPORT_HTML_TAGS_MAX = 5_000  # a newsletter has 2,000; of what has more only the text is taken
IMPORT_PARTS_MAX = 200  # parts of one mail; more is an attack or an archive within a mail
IMPORT_MAILS_WITHIN_MAX = 5  # forwarded mails in forwarded mails; deeper ones are not read
IMPORT_POSTS_MAX = 100  # posts one request brings, as threads.import takes them
IMPORT_BATCH_BYTES_MAX = 49_152  # of encoded posts in one request; the rest of its frame is room

# Plain client
PLAIN_ANSWER_SECONDS = 10.0  # a prompt waits no longer for the server: reading goes on without it
BESIDE_LOOK_SECONDS = 1.0  # between looks whether another window has sent what has to go first
PLAIN_NEWS_MAX = 100  # sentences that wait for a line to be entered; older ones are only counted

# SDK
SDK_QUEUE_MAX = 1_024  # happenings a program has not taken yet; beyond, its streams wait (P14)
CALL_SECONDS = 30.0  # a person gives up on an answer sooner
RECONNECT_SECONDS_BASE = 0.5  # mean of the first wait: 0.25 s, invisible after a short cut
RECONNECT_SECONDS_MAX = 15.0  # the longest wait for a server that came back: a reader waits so long
RECONNECT_GOOD_SECONDS = 30.0  # a connection that lasted this long resets the waits
LOSS_TOLD_SECONDS = (
    60.0  # a program that follows is silent about shorter losses: a restart, an update
)
EVENTS_PASSED_MAX = 1_000  # left-out events after which a script gets the cursor all the same
RETRY_AFTER_SECONDS_MAX = 3_600.0  # believed of what a server asks for; beyond, it is mistaken
