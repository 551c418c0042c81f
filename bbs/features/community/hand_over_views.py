"""Views of a hand-over: what binds whoever takes the community over, and what is left to do by hand."""

from enum import StrEnum

from bbs.features.community.views import Closing
from bbs.messages import View


class HandOverItem(StrEnum):
    """What no program can hand over: the new sysop ticks it once it is theirs."""

    MACHINE = "machine"  # the machine, its accounts and the service on it
    HOST_NAME = "host-name"  # the name by which members reach the server
    CERTIFICATE = "certificate"  # the connection's certificate and its private key
    BACKUPS = "backups"  # the backups, here and elsewhere, and the job that makes them
    REMOVALS = "removals"  # the record of removals beside each backup


class HandOverTerms(View, frozen=True, kw_only=True):
    """What binds whoever takes the community over; they accept exactly this.

    Attributes:
        norms_version: The version of the commons' norms that is in force.
        retention_days: Days after which a post of the commons fades; 0 if it is kept.
        lounge_hours: Hours after which a line of its lounge fades.
        act_days: Days for which the logs of power are kept.
        backup_days: Days after which no backup holds what is erased today, as members are told.
        closing: The announced end of the community; None if none is announced.
    """

    norms_version: int
    retention_days: int
    lounge_hours: int
    act_days: int
    backup_days: int
    closing: Closing | None = None
