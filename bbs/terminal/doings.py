"""What the commands that can be items of a plan do: said of one thing, and of many. Pure."""

from typing import NamedTuple

from bbs.plural import counted


class Doing(NamedTuple):
    """What a command does, to be said of one thing, and of many.

    Attributes:
        of_one: Of one: with the thing, or the member it is about, in braces.
        noun: What many of them are counted in.
        nouns: The same for more than one; empty for `noun` with an s.
    """

    of_one: str
    noun: str
    nouns: str = ""

    @property
    def is_about_member(self) -> bool:
        """Whether it names the member it is about, and no other thing."""
        return "{about}" in self.of_one

    def of_many(self, count: int) -> str:
        """Return what it does to so many things: `hide 70 posts`."""
        many = counted(count, self.noun, self.nouns)
        return self.of_one.format(thing=many, about=many)


DOES = {
    "threads.hide": Doing("hide {thing}", "post"),
    "threads.hide_line": Doing("hide {thing}", "line"),
    "threads.restore": Doing("show {thing} again", "post"),
    "threads.restore_line": Doing("show {thing} again", "line"),
    "threads.pin": Doing("pin {thing}", "thread"),
    "threads.unpin": Doing("unpin {thing}", "thread"),
    "threads.change_title": Doing("retitle {thing}", "thread"),
    "threads.move": Doing("move {thing}", "post"),
    "threads.split": Doing("make a thread of {thing}", "post"),
    "threads.merge": Doing("merge {thing}", "thread"),
    "threads.move_to_board": Doing("move {thing}", "thread"),
    "moderation.lock": Doing("lock {thing}", "thread"),
    "moderation.unlock": Doing("unlock {thing}", "thread"),
    "moderation.read_only": Doing("close {thing} to writing", "board"),
    "moderation.archive": Doing("archive {thing}", "board"),
    "moderation.reopen": Doing("open {thing} again", "board"),
    "moderation.slow_down": Doing("slow {thing} down", "board"),
    "moderation.end_slow": Doing("end the slow mode of {thing}", "board"),
    "moderation.lock_down": Doing("lock {thing} down", "community", "communities"),
    "moderation.end_lock_down": Doing("end the lock-down of {thing}", "community", "communities"),
    "arriving.publish": Doing("publish {thing}, which a newcomer wrote", "held post"),
    "arriving.decline": Doing("decline {thing}, which a newcomer wrote", "held post"),
    "boards.configure": Doing("change {thing}", "board"),
    "boards.set_end": Doing("change the end of {thing}", "board"),
    "boards.offer_seat": Doing("offer {about} a seat", "member"),
    "boards.take_back_offer": Doing("take back the offer of a seat to {about}", "member"),
    "boards.accept": Doing("accept {thing}", "application"),
    "boards.decline": Doing("decline {thing}", "application"),
    "boards.appoint": Doing("change the office of {about}", "member"),
    "norms.amend": Doing("amend the norms of {thing}", "board"),
    "cases.let_be": Doing("let {thing} be", "case"),
    "cases.decide": Doing("decide {thing}", "case"),
    "cases.lift": Doing("lift the sanction of {thing}", "case"),
    "cases.remove_newcomer": Doing("remove a newcomer by {thing}", "case"),
    "community.notice": Doing("give everybody on {thing} an urgent notice", "board"),
    "members.revoke_invitation": Doing("revoke {thing}", "invitation"),
}
"""What the commands that can be items do, by method."""

_OTHER = Doing("do something that this version does not know to {thing}", "thing")


def doing_of(method: str) -> Doing:
    """Return what a command does."""
    return DOES.get(method, _OTHER)
