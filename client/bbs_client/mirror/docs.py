"""How what the mirror keeps as documents is read again."""

from msgspec.json import Decoder

from bbs.features.boards.messages import Board, Seat
from bbs.features.community.views import Closing
from bbs.features.members.views import Member
from bbs.features.reading.views import Choice
from bbs.features.threads.views import Line, Post, Thread

board_decoder = Decoder(Board)
seat_decoder = Decoder(Seat)
member_decoder = Decoder(Member)
thread_decoder = Decoder(Thread)
post_decoder = Decoder(Post)
line_decoder = Decoder(Line)
closing_decoder = Decoder(Closing)
choice_decoder: Decoder[Choice] = Decoder(Choice)
ranges_decoder = Decoder(tuple[tuple[int, int], ...])
