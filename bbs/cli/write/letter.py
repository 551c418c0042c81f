"""`bbs letter` and `bbs block`: letters by the handles of the people in them, in a shell."""

from typing import NamedTuple

import click

from bbs import letter_address, limits
from bbs.cli.completion_values import complete_handle
from bbs.cli.context import CliContext, dry_run_option, with_community, with_connection_options
from bbs.features.letters.messages import (
    AnswerRequest,
    BlockMember,
    LeaveLetter,
    ListBlocks,
    RequestLetter,
    UnblockMember,
)
from bbs.features.letters.views import LeaveWords, Letter, LetterState
from bbs.features.members.author_text import member_name
from bbs.features.members.views import Member
from bbs.features.threads.messages import GetThread, WritePost
from bbs.features.threads.views import is_untitled
from bbs.ids import new_id
from bbs.plural import counted
from bbs.refusals import NotFound
from bbs.sdk import lookup
from bbs.sdk.letters import address_of, addresses_of, find_among, list_letters, people_of
from bbs.terminal import prompts, render
from bbs.terminal.input_text import read_body
from bbs.terminal.leaving_text import letter_left
from bbs.terminal.letter_text import may_come_text
from bbs.terminal.output import local_time

_DOING = ("ask", "accept", "decline", "leave")


class _Wanted(NamedTuple):
    """What a call of `bbs letter` is for.

    Attributes:
        handles: The people, as they were typed.
        doing: One of `_DOING`, or empty to read or write.
        words: What becomes of the member's words in a letter that they leave.
        body: The text to write; None to read.
    """

    handles: tuple[str, ...]
    doing: str
    words: LeaveWords
    body: str | None


@click.command()
@click.argument("handles", nargs=-1, shell_complete=complete_handle)
@click.option("-m", "--message", help="Write this text in the letter.")
@click.option(
    "-F",
    "--file",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Write the text of this file in the letter; - is stdin.",
)
@click.option("--ask", is_flag=True, help="Ask these people for a letter; no words go along.")
@click.option("--accept", is_flag=True, help="Say yes to their request.")
@click.option("--decline", is_flag=True, help="Say no; they learn only that no letter opened.")
@click.option(
    "--leave",
    type=click.Choice([each.value for each in LeaveWords]),
    help="Leave the letter; your words in it are taken back, a former member's, or left under your name.",
)
@click.option("--yes", is_flag=True, help="With --leave: do not ask.")
@dry_run_option
@with_connection_options
def letter(
    caller: CliContext,
    handles: tuple[str, ...],
    message: str | None,
    file: str | None,
    ask: bool,
    accept: bool,
    decline: bool,
    leave: str | None,
    yes: bool,
    dry_run: bool,
) -> int | None:
    """Print the letter with the members HANDLES, or write in it; without HANDLES, list letters.

    \b
    bbs letter                        your letters, and requests for them
    bbs letter ana ben                the letter with these two
    bbs letter ana -m "At eight."     write in it
    fortune | bbs letter ana -F -     write what comes through a pipe
    bbs letter ana ben --ask          ask them for a letter
    bbs letter ana --accept           say yes to what ana asked, or --decline
    bbs letter ana --leave left       leave it, and your words in it

    Order makes no difference, nor does your own handle; alone, it names the letter that everybody
    else has left. Of several letters with the same people, ana:2 is the second. Nobody learns of a no: a letter opens
    with the first yes, within 30 days. Reading here marks nothing as read.
    """
    flags = (ask, accept, decline, leave is not None)
    doing = [name for name, is_given in zip(_DOING, flags, strict=True) if is_given]
    is_writing = message is not None or file is not None
    if len(doing) + is_writing > 1:
        raise click.UsageError("one at a time: -m, -F, --ask, --accept, --decline or --leave")
    if not handles and (doing or is_writing or dry_run):
        raise click.UsageError("name the people in the letter, like: bbs letter ana ben")
    body = read_body(message, file) if is_writing else None
    words = LeaveWords(leave) if leave is not None else LeaveWords.LEFT
    wanted = _Wanted(handles, doing[0] if doing else "", words, body)

    async def work() -> None:
        members = await lookup.list_members(caller.community)
        letters, requests = await list_letters(caller.community)
        assert caller.community.me is not None
        me = caller.community.me.member
        own = [each for each in requests if each.asked_by == me.id]
        asked = [each for each in requests if each not in own]
        addresses = addresses_of(letters, members, me.id)
        addresses |= {each.id: address_of(each, members, me.id) for each in asked}
        caller.out.learn_letters(addresses)
        post = _Post(caller, members, me, letters, requests, dry_run=dry_run)
        await post.do(wanted, yes=yes)

    return caller.run(work)


class _Post:
    """Carries out a call of `bbs letter`."""

    def __init__(
        self,
        caller: CliContext,
        members: lookup.Members,
        me: Member,
        letters: list[Letter],
        requests: list[Letter],
        *,
        dry_run: bool,
    ) -> None:
        self._caller = caller
        self._members = members
        self._me = me
        self._letters = letters
        self._requests = requests
        self._dry_run = dry_run

    async def do(self, wanted: _Wanted, *, yes: bool) -> None:
        match wanted.doing:
            case "" if not wanted.handles:
                self._list()
            case "ask":
                await self._ask(wanted.handles)
            case "accept" | "decline":
                await self._answer(wanted.handles, accept=wanted.doing == "accept")
            case "leave":
                await self._leave(wanted.handles, wanted.words, yes=yes)
            case _ if wanted.body is not None:
                await self._write(self._open(wanted.handles), wanted.body)
            case _:
                await self._read(self._open(wanted.handles, to_read=True))

    def _address(self, letter: Letter) -> str:
        known = addresses_of(self._letters, self._members, self._me.id)
        return known.get(letter.id) or address_of(letter, self._members, self._me.id)

    def _list(self) -> None:
        out, me = self._caller.out, self._me.id
        lines = []
        for each in self._letters:
            lines.append(self._address(each) + self._alone(each))
            lines += [f"  {late}" for late in self._late(each)]
        for each in self._requests:
            until = local_time(each.until)
            if each.asked_by == me:
                lines.append(
                    f"you asked {counted(each.asked, 'member')} for a letter, until {until}"
                )
            else:
                who = member_name(each.asked_by, self._members)
                lines.append(f"{who} asks you for {self._address(each)}, until {until}")
        value = {"requests": self._requests}
        nothing = "" if self._requests else "No letters."
        out.stream("letters", self._letters, value, lines, nothing=nothing)

    def _alone(self, letter: Letter) -> str:
        """Return that everybody else has left a letter, and who had asked for it; empty if not."""
        if people_of(letter, self._members, self._me.id):
            return ""
        by_me = letter.asked_by == self._me.id
        who = "you" if by_me else member_name(letter.asked_by, self._members)
        return f"  everybody else has left; {who} had asked for it"

    def _late(self, letter: Letter) -> list[str]:
        """Return the sentence of who may still come into a letter, if anybody may."""
        names = [member_name(each, self._members).removeprefix("@") for each in letter.others]
        awaited = letter.awaited if letter.asked_by == self._me.id else len(names)
        return [*filter(None, (may_come_text(names, awaited, local_time(letter.until)),))]

    def _open(self, handles: tuple[str, ...], *, to_read: bool = False) -> Letter:
        """Return the open letter with these people.

        Raises:
            BadParams: If they have several, and it was not said which.
            NotFound: If there is none.
        """
        found = find_among(self._letters, handles, self._members, self._me, to_read=to_read)
        if found is None:
            self._caller.out.say(f"bbs letter {' '.join(handles)} --ask asks for one.")
            raise NotFound(what="letter")
        return found

    def _request(self, handles: tuple[str, ...]) -> Letter:
        """Return the request to the member by the one who is named, or among all who are.

        Raises:
            NotFound: If there is none.
        """
        others = letter_address.others_in(letter_address.letter_of(list(handles)), self._me.handle)
        for each in self._requests:
            who = member_name(each.asked_by, self._members).removeprefix("@")
            people = people_of(each, self._members, self._me.id)
            if each.asked_by != self._me.id and others in (people, (who,)):
                return each
        raise NotFound(what="letter")

    async def _ask(self, handles: tuple[str, ...]) -> None:
        out = self._caller.out
        # Where somebody else may still come in, these people alone are another letter.
        settled = [each for each in self._letters if not each.awaited]
        if (known := find_among(settled, handles, self._members, self._me)) is not None:
            out.result({"letter": known}, [f"{self._address(known)} is open already."])
            return
        people = letter_address.people_to_ask(list(handles), self._me.handle)
        command = RequestLetter(letter=new_id(), handles=people, dry_run=self._dry_run)
        asked = await self._caller.community.call(command)
        until = local_time(asked.letter.until)
        told = f"Asked. The letter opens with the first yes, until {until}."
        out.done(asked, told, tried=True)

    async def _answer(self, handles: tuple[str, ...], *, accept: bool) -> None:
        request = self._request(handles)
        command = AnswerRequest(letter=request.id, accept=accept, dry_run=self._dry_run)
        answered = await self._caller.community.call(command)
        who = member_name(request.asked_by, self._members)
        told = f"{self._address(answered.letter)} is open." if accept else (
            f"Declined. {who} sees only that no letter opened."
        )  # fmt: skip
        self._caller.out.done(answered, told, tried=True)

    async def _leave(self, handles: tuple[str, ...], words: LeaveWords, *, yes: bool) -> None:
        letter = self._open(handles)
        if not self._dry_run:
            prompts.confirm(
                f"{letter_left(words)} Leave {self._address(letter)} for good?", yes=yes
            )
        command = LeaveLetter(letter=letter.id, words=words, dry_run=self._dry_run)
        left = await self._caller.community.call(command)
        told = ["You have left the letter."]
        if words is not LeaveWords.LEFT and len(letter.members) > 1:
            told.append(
                f"For {limits.LEAVING_DAYS} days bbs come-back {letter.id} brings your words back."
            )
        self._caller.out.done(left, *told, tried=True)

    async def _read(self, letter: Letter) -> None:
        assert letter.state is LetterState.OPEN
        assert letter.thread is not None
        community, out = self._caller.community, self._caller.out
        thread = (await community.call(GetThread(thread=letter.thread))).thread
        posts = await lookup.list_posts(community, thread, after=0)
        address = self._address(letter)
        lines = [render.title_of(thread), ""] if posts and not is_untitled(thread) else []
        lines += [line for late in self._late(letter) for line in (late, "")]
        lines += render.tree_lines(address, posts, self._members, flat=True, width=out.width)
        value = {
            "letter": letter,
            "address": address,
            "thread": thread,
            "members": lookup.authors_of([thread, *posts], self._members),
        }
        out.stream("posts", posts, value, lines, nothing="Nothing is written in it yet.")

    async def _write(self, letter: Letter, body: str) -> None:
        assert letter.thread is not None
        command = WritePost(thread=letter.thread, post=new_id(), body=body, dry_run=self._dry_run)
        post = (await self._caller.community.call(command)).post
        address = f"{self._address(letter)}/{post.number}"
        value = {"address": address, "by": self._me.label, "letter": letter, "post": post}
        self._caller.out.done(value, address)


@click.command()
@click.argument("handle", required=False, shell_complete=complete_handle)
@click.option("--remove", is_flag=True, help="Unblock them.")
@click.option("--list", "is_list", is_flag=True, help="Print whom you block.")
@dry_run_option
@with_community
async def block(
    caller: CliContext, handle: str | None, remove: bool, is_list: bool, dry_run: bool
) -> None:
    """Let no request of the member HANDLE for a letter reach you; for you alone.

    Without HANDLE, or with --list, print whom you block. Letters that you are both in go on.
    """
    if is_list and (handle or remove):
        raise click.UsageError("--list takes nothing else")
    if remove and not handle:
        raise click.UsageError("name whom to unblock, like: bbs block @ana --remove")
    if handle is None:
        listed = await caller.community.call(ListBlocks())
        members = await lookup.list_members(caller.community)
        lines = [member_name(id, members) for id in listed.members]
        blocked = [members[id] for id in listed.members if id in members]
        caller.out.stream("blocked", blocked, lines=lines, nothing="You block nobody.")
        return
    member = await lookup.find_member(caller.community, handle)
    command = UnblockMember if remove else BlockMember
    await caller.community.call(command(member=member.id, dry_run=dry_run))
    told = "is not blocked any more" if remove else "is blocked, for you alone"
    value = {"address": member.label, "by": None, "blocked": not remove}
    caller.out.done(value, f"{member.label} {told}.", tried=True)
