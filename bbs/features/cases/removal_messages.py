"""Removing a newcomer who "never was a member" (P7, protocol 24.5)."""

from typing import ClassVar

from bbs.features.cases.messages import CaseResult
from bbs.features.moderation.views import Reason
from bbs.features.threads.hiding_messages import ClauseNumber
from bbs.gravity import CITES_JUDGEMENT, PRIVATE_WORDS, REMOVES_UNHELD, Grave
from bbs.ids import CaseId
from bbs.messages import Command
from bbs.powers import Need, NeedTarget, Power


class RemoveNewcomer(Command[CaseResult], frozen=True, kw_only=True):
    """Remove a newcomer who "never was a member", at the level of the commons. Logged (P7, P8).

    Only within `REMOVAL_DAYS_FROM_JOINING`, or while a guard is on that began then. All they wrote is
    hidden everywhere at once; their sessions end and their invitations are revoked; they are suspended
    from the community for `REMOVED_DAYS`, and can sign in to appeal and export. Then their account and
    words are erased, unless an appeal of theirs is open or the clock is in doubt. Lifted before, all is
    as it was. The person was heard before; it takes two keys, or an urgent hold that is on in the same
    case (protocol 15.11). Outside the ladder. Errors: `not_found`, `cases.barred`, `cases.not_heard`,
    `text_refused`, `protocol.bad_params` for a clause that was not there, `conflict` for somebody who
    is no newcomer, and below the commons; `proposals.waits`.

    Attributes:
        norm, of_commons: The clause, in the version in force when the words were written.
        reason: Why; person, host and log read it. It must not quote the words.
    """

    method: ClassVar[str] = "cases.remove_newcomer"
    needs: ClassVar[Need] = Need(Power.JUDGE, on=NeedTarget.CASE, by_person=True)
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    grave: ClassVar[tuple[Grave, ...]] = (CITES_JUDGEMENT, REMOVES_UNHELD, PRIVATE_WORDS)
    case: CaseId
    norm: ClauseNumber
    of_commons: bool = False
    reason: Reason
