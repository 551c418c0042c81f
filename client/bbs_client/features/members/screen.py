"""About one member: only the facts that every other member may know (P2, P11)."""

from typing import ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.content import Content

from bbs.clock import to_ms
from bbs.errors import FolkmootError
from bbs.features.members.about_messages import GetProfile
from bbs.features.members.author_text import member_name
from bbs.features.members.views import (
    AssemblyAuthor,
    Author,
    FormerAuthor,
    ImportedAuthor,
    Member,
    MemberAuthor,
    OfficeAuthor,
)
from bbs.features.reading.views import Stance
from bbs.terminal.member_text import describe_away, describe_host
from bbs.text import sanitize
from bbs_client import hues, own_hues
from bbs_client.actions.action import KeyScope
from bbs_client.actions.lookup import OwnWords, ToMember
from bbs_client.hues import member_hue, usual_hue
from bbs_client.keys import bindings, key_of
from bbs_client.safe_text import board_title, describe_error, handle_of, safe_line
from bbs_client.session.session import Session
from bbs_client.session.standing import shared_boards
from bbs_client.theme import HUES
from bbs_client.widgets.dialog import BOX_COLUMNS, LABEL_COLUMNS, TextDialog, facts

_OTHERS = {
    FormerAuthor: "Somebody who left. Nothing else is known of them.",
    ImportedAuthor: "Who wrote this elsewhere, before it came here. Nobody can sign in as them.",
    OfficeAuthor: "Somebody in office. This board's log names the office alone.",
    AssemblyAuthor: "The members together, by a proposal that passed.",
}


class MemberInfo(TextDialog[Stance | OwnWords | ToMember]):
    """Shows an author. Answers with the reader's choice: to follow, to mute or to write to them.

    On the reader's own page: with what of their own words they want to change. The reader can draw
    the member's name in another hue, which is kept on this device. A member's profile is asked for
    when the page opens, and kept nowhere.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(KeyScope.READING, only=("follow", "mute", "letter", "away", "profile")),
        ("c", "colour"),
    ]

    def __init__(self, session: Session, author: Author) -> None:
        """Show an author.

        Args:
            session: The session with members and time.
            author: The author, a member or not.
        """
        member = session.members.get(author.id) if isinstance(author, MemberAuthor) else None
        if member is not None:
            text = _about(session, member)
        elif isinstance(author, MemberAuthor):
            text = Content("A member this device does not know yet.")
        else:
            text = Content(_OTHERS.get(type(author), "The server itself, acting by its rules."))
        super().__init__(Content(handle_of(author, session.members)), text)
        self._session, self._member = session, member
        self._profile = Content("")
        self._is_other = member is not None and member != session.me
        if self._is_other:
            keys = ("follow", "mute", "letter")
            self.extra_keys = tuple((key_of(key), key) for key in keys)
        elif member is not None:
            self.extra_keys = ((key_of("away"), "away"), (key_of("profile"), "profile"))
        if member is not None:
            self.extra_keys = (*self.extra_keys, ("c", "colour"))

    def on_mount(self) -> None:
        """Ask for what the member says of themselves."""
        super().on_mount()
        if self._member is not None:
            self.run_worker(self._fetch(self._member), exit_on_error=False)

    async def _fetch(self, member: Member) -> None:
        try:
            shown = await self._session.connection.call(GetProfile(member=member.id))
        except FolkmootError as error:
            says = Content.styled(f"\nProfile: {describe_error(error)}", "$quiet")
        else:
            if not shown.text:
                return
            says = Content(f"\n{sanitize(shown.text, multiline=True)}")
        self._profile = says
        self.say(_about(self._session, member) + says)

    def action_away(self) -> None:
        """Change the reader's own away line."""
        if self._member is not None and not self._is_other:
            self.dismiss(OwnWords.AWAY)

    def action_profile(self) -> None:
        """Change the reader's own profile."""
        if self._member is not None and not self._is_other:
            self.dismiss(OwnWords.PROFILE)

    def action_follow(self) -> None:
        """Follow them, or stop that."""
        if self._is_other:
            self.dismiss(Stance.FOLLOW)

    def action_mute(self) -> None:
        """Mute them, or stop that."""
        if self._is_other:
            self.dismiss(Stance.MUTE)

    def action_letter(self) -> None:
        """Open a letter with them, or ask for one."""
        if self._is_other:
            self.dismiss(ToMember.LETTER)

    def action_colour(self) -> None:
        """Draw the member in the next hue; after the last one, in the one that everybody sees."""
        if self._member is None:
            return
        id = self._member.id
        others = [hue for hue in (f"hue{number}" for number in range(HUES)) if hue != usual_hue(id)]
        now = hues.own().get(id)
        place = others.index(now) + 1 if now in others else 0
        trouble = own_hues.choose(id, others[place] if place < len(others) else None)
        self.say(_about(self._session, self._member) + self._profile)
        # Rows keep their styles until those of the theme change.
        self.app.mutate_reactive(App.theme)
        if trouble:
            self.app.notify(trouble, markup=False)


def _about(session: Session, member: Member) -> Content:
    hue = member_hue(member.id)
    chosen = "chosen by you, on this device" if member.id in hues.own() else "as all see it"
    rows: list[tuple[str, str | Content]] = [
        ("handle", Content.styled(f"@{safe_line(member.handle, '?')}", f"bold ${hue}")),
        ("name", safe_line(member.name, "none")),
    ]
    now, day = to_ms(session.now()), session.times.day
    if away := describe_away(member, now, day):
        wrapped = Content(safe_line(away)).wrap(BOX_COLUMNS - LABEL_COLUMNS)
        rows += [("now" if not place else "", row) for place, row in enumerate(wrapped)]
    if member.joined_at is not None:
        rows.append(("member since", day(member.joined_at)))
    if member.invited_by is not None:
        name = safe_line(member_name(member.invited_by, session.members))
        rows.append(("invited by", describe_host(member, now, name, day)))
    rows.append(("colour", Content.assemble(("● ", f"${hue}"), chosen)))
    if member.has_left:
        rows.append(("left", "the community, and let the name stand"))
    if member.sysop:
        rows.append(("sysop", "runs this server"))
    stance = session.cache.stances("member").get(member.id)
    if stance is not None:
        rows.append(("for you", "followed" if stance is Stance.FOLLOW else "muted"))
    if member.id in session.cache.here:
        rows.append(("here", "now, and chose to be seen"))
    if boards := shared_boards(session, member.id):
        names = (Content(board_title(board)) for board in boards)
        # Wrapped here, so that further rows stand below the names and not below the label.
        listed = Content(", ").join(names).wrap(BOX_COLUMNS - LABEL_COLUMNS)
        rows += [("sits on" if not place else "", row) for place, row in enumerate(listed)]
    return facts(rows)
