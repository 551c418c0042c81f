"""A post and a lounge line of usual lengths, as frames that are ready to be sent."""

from bbs.features.threads.messages import Say, WritePost
from bbs.ids import COMMONS, ThreadId, new_id
from bbs.wire.codec import encode_call
from tests.bench.raw import masked

BODY = "A post of a usual length, in two sentences. It says what there is to say. " * 4
LINE = "A line of a usual length, said in passing."


def post_frame(thread: ThreadId, *, body: str = BODY) -> bytes:
    """Return a new post as a masked frame."""
    return masked(encode_call(1, WritePost(op=new_id(), thread=thread, post=new_id(), body=body)))


def line_frame() -> bytes:
    """Return a new line in the lounge of the commons as a masked frame."""
    return masked(encode_call(1, Say(op=new_id(), board=COMMONS, line=new_id(), body=LINE)))
