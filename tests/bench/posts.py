"""A post of a usual length, as a frame that is ready to be sent."""

from bbs.features.threads.messages import WritePost
from bbs.ids import ThreadId, new_id
from bbs.wire.codec import encode_call
from tests.bench.raw import masked

BODY = "A post of a usual length, in two sentences. It says what there is to say. " * 4


def post_frame(thread: ThreadId, *, body: str = BODY) -> bytes:
    """Return a new post as a masked frame."""
    return masked(encode_call(1, WritePost(op=new_id(), thread=thread, post=new_id(), body=body)))
