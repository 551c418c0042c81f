"""Timed work of applications: those that nobody decided go on, and decided ones are forgotten."""

from bbs import limits
from bbs.features.boards.application_messages import ApplicationState
from bbs.features.boards.application_rules import APPLICATION_MS, KEPT_MS
from bbs.ids import ApplicationId, BoardId
from bbs.messages import Command, Done
from bbs.powers import Need, NeedTarget, Power
from bbs.restricted import Restricted
from bbs_server.features.boards import application_handlers
from bbs_server.features.boards import application_records as records
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import Outcome
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time


class PassApplication(Command[Done], frozen=True, kw_only=True):
    """Let an application go on that nobody decided; only the server sends it."""

    method = "boards.pass_application"
    needs = Need(Power.DUE, on=NeedTarget.BOARD, gives_seat=True)
    board: BoardId
    application: ApplicationId


def pass_application(tx: Tx, ctx: Context, command: PassApplication) -> Outcome[Done]:
    """Seat the member, or put them on the waiting list."""
    row = records.find(tx, command.application)
    if row is None or row.state != ApplicationState.OPEN:
        return Outcome(Done())
    return Outcome(Done(), tuple(application_handlers.pass_on(tx, ctx, row)))


def pass_the_undecided(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Let the oldest application go on that nobody decided in time; the runner calls again."""
    upto = ctx.proven_now - APPLICATION_MS
    for board, application in records.list_due(tx, upto, limits.SLICE_ROWS):
        try:
            command = PassApplication(board=board, application=application)
            return Outcome(Done(), (ctx.carry_out_due(tx, command),))
        except Restricted:  # an archived board gives out no seats
            continue
    return Outcome(Done())


def forget_decided(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Erase a slice of the applications whose decision is over, with their answers (P10)."""
    found = records.list_over(tx, ctx.proven_now - KEPT_MS, limits.SLICE_ROWS)
    for row in in_time(tx, found):
        records.erase(tx, row)
    return Outcome(Done(), more=bool(found))


JOBS: tuple[Job, ...] = (
    Job("let applications go on", 60.0, pass_the_undecided, JobKind.ACTS),
    Job("forget applications", 3_600.0, forget_decided, JobKind.TIDIES),
)
