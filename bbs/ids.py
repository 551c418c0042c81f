"""Ids: random and opaque. The sender of a command draws them, so that it can be sent again.

An id reveals nothing: no member, no time, no count. People read and type addresses (`bbs.address`)
instead. Handles, slugs and numbers may pass to another thing; ids never do.
"""

import uuid
from typing import Annotated

from msgspec import Meta

_UUID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_UUID = Meta(min_length=36, max_length=36, pattern=_UUID_PATTERN)

MemberId = Annotated[str, _UUID]
BoardId = Annotated[str, _UUID]
ThreadId = Annotated[str, _UUID]
PostId = Annotated[str, _UUID]
LineId = Annotated[str, _UUID]
SessionId = Annotated[str, _UUID]
InvitationId = Annotated[str, _UUID]
ProposalId = Annotated[str, _UUID]
BatchId = Annotated[str, _UUID]
PackId = Annotated[str, _UUID]
ReportId = Annotated[str, _UUID]
CaseId = Annotated[str, _UUID]
AppealId = Annotated[str, _UUID]
ApplicationId = Annotated[str, _UUID]
NoteLineId = Annotated[str, _UUID]
OpId = Annotated[str, _UUID]
"""The id of a command, by which it is applied once however often it is sent (protocol 5)."""

Secret = Annotated[str, Meta(min_length=32, max_length=128, pattern="^[A-Za-z0-9_-]+$")]
"""A token or code of at least 128 bits, drawn by the client; the server keeps only its SHA-256."""

COMMONS: BoardId = "00000000-0000-4000-8000-000000000001"
"""The commons has the same id in every community: it is made by the first migration."""


def new_id() -> str:
    """Return a fresh random id (uuid4, lower case, with hyphens)."""
    return str(uuid.uuid4())
