"""The personal data of the community as a whole: who is to take it over."""

from bbs_server.personal import Leaving, PersonalData

PERSONAL = (
    PersonalData(
        column="hand_over.heir",
        what="that you are to take the community over",
        why_not="it is announced to everybody, and ends within days",
        leaving=Leaving.GOES,
        why="a member who left takes nothing over; the command that waits then changes nothing",
    ),
)
