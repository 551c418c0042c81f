"""Timed work of claims: words get their member, and what was taken back is erased, in slices (protocol 31)."""

from bbs.features.packs.claim_rules import CLAIM_TRANSITIONS
from bbs.features.packs.claim_views import ClaimState
from bbs.messages import Done
from bbs_server.features.packs import claim_records, vouching
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import Outcome
from bbs_server.slices import DONE
from bbs_server.store.api import Tx


def name_words(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Give a slice of claimed words to the member who claimed them before."""
    row = claim_records.next_unsettled(tx)
    if row is None:
        return Outcome(Done())
    if row.member is None or row.thread in ("", row.board):
        done = DONE  # its member is gone for good already; or it is an office, without words
    else:
        done = ctx.readers.give_imported_words(tx, ctx, row.imported, row.thread, row.member)
    if done.place is None:
        claim_records.note_settled(tx, row.imported)
        claim_records.forget_name(tx, row.imported)
    return Outcome(Done(), done.effects, more=True)


def erase_taken(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Erase a slice of words that were taken back 7 days ago, by proven time (P10)."""
    row = claim_records.next_to_erase(tx, ctx.proven_now)
    if row is None:
        return Outcome(Done(), more=claim_records.delete_lapsed(tx, ctx.proven_now))
    done = ctx.readers.erase_imported_words(tx, ctx, row.imported, row.thread)
    if done.place is None:
        assert ClaimState.TAKEN in CLAIM_TRANSITIONS[ClaimState.TAKING]
        taken = row._replace(state=ClaimState.TAKEN.value, until=None)
        claim_records.put_claim(tx, taken, ClaimState.TAKING)
        claim_records.forget_name(tx, row.imported)
    return Outcome(Done(), done.effects, more=True)


JOBS: tuple[Job, ...] = (
    Job("name claimed words", 30.0, name_words, JobKind.TELLS, at_edges=True),
    Job("erase words taken back by a claim", 600.0, erase_taken, JobKind.TIDIES),
    Job("end vouchings", 600.0, vouching.end_vouchings, JobKind.TELLS, at_edges=True),
)
