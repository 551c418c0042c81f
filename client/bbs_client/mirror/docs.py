"""How documents that several features keep or read are written and read again."""

from msgspec.json import Decoder, Encoder

from bbs.features.reading.views import Choice
from bbs.features.threads.views import Post, Thread

encode = Encoder().encode
choice_decoder: Decoder[Choice] = Decoder(Choice)
post_decoder = Decoder(Post)
thread_decoder = Decoder(Thread)
ranges_decoder = Decoder(tuple[tuple[int, int], ...])
