"""Saying whose old words are, for a member without a key of them, and objecting to that (protocol 31.7)."""

from collections.abc import Awaitable
from typing import Any

from bbs import limits
from bbs.features.packs.claim_limits import VOUCHING_DAYS
from bbs.features.packs.claim_messages import ObjectToVouching, Vouch, VouchingResult
from bbs.features.packs.claim_views import Vouching, VouchingState
from bbs.features.packs.pack_limits import PACK_HOST_CHARS_MAX
from bbs.ids import MemberId, new_id
from bbs_client.actions.forms import FormError, FormField, WholeForm, send_form
from bbs_client.actions.sheets import ListingQuestion, SheetQuestion
from bbs_client.actions.surface import Confirm, Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import board_title, safe_line
from bbs_client.session.pack_origin import fetch_vouchings, find_origin, tell_vouching
from bbs_client.session.session import Session
from bbs_client.session.sheets import BLANK, Listing, ListingItem, Sheet, SheetRow, SheetWord

VOUCH, OBJECT = "vouch", "object"
_NOT_UNPACKED = "This board did not come from elsewhere, so nobody has to vouch here."
_ABOUT = (
    "Who lost every key can ask two members who claimed their own words here by a key. The board is"
    f" told, and any of them may object for {VOUCHING_DAYS} days. It gives the name beside the words,"
    " and no control over them."
)
_FIELDS = (
    FormField(
        name="name",
        label="name",
        help="The name over the words, with the old server: ana@moot.example",
        chars_max=limits.HANDLE_CHARS_MAX + 1 + PACK_HOST_CHARS_MAX,
        is_required=True,
    ),
    FormField(
        name="member",
        label="is",
        help="The handle here of the member whose words they are, such as ana.",
        chars_max=limits.HANDLE_CHARS_MAX + 1,
        is_required=True,
    ),
)


async def vouch(surface: Surface, _: str) -> None:
    """Show the vouchings of the board that is here; vouch, or object.

    Raises:
        FolkmootError: What the server answered.
    """
    row = surface.board_here()
    if await surface.wait(find_origin(surface.session, row)) is None:
        surface.notify(_NOT_UNPACKED)
    else:
        await show_vouchings(surface, row)


async def show_vouchings(surface: Surface, row: BoardRow) -> None:
    """Show the vouchings of a board that was unpacked here; vouch, or object. Raises as `vouch`."""
    while True:
        found = await surface.wait(fetch_vouchings(surface.session, row.board.id))
        word = await surface.ask(SheetQuestion(_sheet(surface.session, row, found)))
        if word == VOUCH:
            await _vouch(surface, row)
        elif word == OBJECT:
            await _object(surface, row, [each for each in found if _is_announced(each)])
        else:
            return


def _is_announced(vouching: Vouching) -> bool:
    return vouching.state is VouchingState.ANNOUNCED


def _sheet(session: Session, row: BoardRow, found: tuple[Vouching, ...]) -> Sheet:
    rows = [SheetRow(tell_vouching(session, each), lead="· ") for each in found]
    words = [SheetWord("1", VOUCH, "vouch", "Say whose words those under a name are.")]
    if any(map(_is_announced, found)):
        says = "Object to one that is announced, which ends it; for who claimed words here."
        words.append(SheetWord("2", OBJECT, "object", says))
    return Sheet(
        name="Whose old words",
        board=row.board.id,
        rows=(
            SheetRow(f"Whose old words on {board_title(row.board)} are", "strong"),
            SheetRow(_ABOUT, "dim"),
            BLANK,
            *(rows or [SheetRow("Nobody vouched for anybody here.")]),
        ),
        words=tuple(words),
    )


async def _vouch(surface: Surface, row: BoardRow) -> None:
    session = surface.session

    def send(values: dict[str, Any]) -> Awaitable[VouchingResult]:
        handle, _, host = values["name"].strip().removeprefix("@").partition("@")
        if not handle or not host:
            raise FormError("name", "name: write it with the old server, as ana@moot.example.")
        who = _member(session, values["member"])
        command = Vouch(board=row.board.id, handle=handle, host=host, member=who, op=new_id())
        return session.connection.call(command)

    form = WholeForm("Vouch for a member", _FIELDS, yes="vouch", about=(_ABOUT,))
    if (done := await send_form(surface, form, send)) is not None:
        surface.notify(tell_vouching(session, done.vouching))


def _member(session: Session, handle: str) -> MemberId:
    """Return the id of a member by their handle.

    Raises:
        FormError: If nobody here has it.
    """
    named = handle.strip().removeprefix("@").lower()
    found = (each.id for each in session.members.values() if each.handle == named)
    if (member := next(found, None)) is None:
        raise FormError("member", "is: nobody here has this handle.")
    return member


async def _object(surface: Surface, row: BoardRow, announced: list[Vouching]) -> None:
    """Ask which of those announced is meant, and end it."""
    session, chosen = surface.session, announced[0].id
    if len(announced) > 1:
        items = tuple(
            ListingItem(
                each.id,
                safe_line(f"{each.handle} of {each.host}"),
                "",
                (tell_vouching(session, each),),
            )
            for each in announced
        )
        listing = Listing(
            name="Object to", about="What is announced:", items=items, empty="", leads=True
        )
        chosen = await surface.ask(ListingQuestion(listing)) or ""
    meant = next((each for each in announced if each.id == chosen), None)
    if meant is None:
        return
    says = (
        "It ends, and the name stays without a member. The board is told that a claimant objected."
    )
    asks = f"Object: {tell_vouching(session, meant)}"
    if await surface.ask(Confirm(asks, says, yes="object", destructive=True)):
        command = ObjectToVouching(board=row.board.id, vouching=meant.id, op=new_id())
        await surface.wait(session.connection.call(command))
        surface.notify("You objected: it is ended.")
