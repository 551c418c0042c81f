"""Who may agree, who may object and how long it takes, for every situation there can be (protocol 15)."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS
from bbs.features.proposals import rules
from bbs.features.proposals.messages import ProposalState, WaitsFor
from bbs.features.proposals.rules import Motion, Person, Seated, Term
from bbs.gravity import Grave, Use, bounds_below, comes_sooner, ends_sooner, shows_wider

NOW = 1_000 * DAY_MS
PLAIN = Grave("seats", "fewer", lambda use: True)
COMMONS_KEY = Grave("entered", "again", lambda use: True, key_of_commons=True)
FEW = Grave("norm", "cited", lambda use: True, to_few=True)
WIDER = Grave("visibility", "wider", shows_wider, all_moderators=True, days_min=7)
MOVER = "mover"

days = st.integers(0, 200)
ago = days.map(lambda n: NOW - n * DAY_MS)
members = st.sampled_from([MOVER, "about", "a", "b", "c"])


@st.composite
def people(draw: st.DrawFn) -> list[Person]:
    """Draw the people of a board."""
    names = draw(st.sets(members))
    return [
        Person(
            name,
            seated=draw(st.booleans()),
            since=NOW - draw(days) * DAY_MS,
            office_since=draw(st.none() | days.map(lambda n: NOW - n * DAY_MS)),
            moderator=draw(st.booleans()),
            invited_by=draw(st.sampled_from([None, MOVER, "a"])),
            joined_at=NOW - draw(days) * DAY_MS,
            sysop=draw(st.none() | st.builds(Term, ago, ago)),
            commons=draw(st.none() | st.builds(Term, ago, ago)),
        )
        for name in sorted(names)
    ]


motions = st.builds(
    Motion,
    st.just(MOVER),
    st.sampled_from([None, "about"]),
    st.sampled_from([(PLAIN,), (WIDER,), (FEW,), (COMMONS_KEY,)]),
    st.booleans(),
    st.sampled_from([None, "a", "b"]),
    days.map(lambda n: NOW - n * DAY_MS),
    st.dictionaries(members, st.just("you reported it"), max_size=2),
    st.booleans(),
)
ways = st.sampled_from(WaitsFor)


def young(joined_at: int) -> bool:
    """Return whether somebody joined less than 90 days ago."""
    return NOW - joined_at < 90 * DAY_MS


def may_be_mover(person: Person, motion: Motion) -> bool:
    """Return whether either of two invited the other less than 90 days ago."""
    return any(
        inviter == by and young(joined)
        for inviter, by, joined in (
            (MOVER, person.invited_by, person.joined_at),
            (person.member, motion.invited_by, motion.joined_at),
        )
    )


@given(people(), motions)
def test_nobody_gives_the_key_who_may_be_the_mover(found: list[Person], motion: Motion) -> None:
    """Not the mover, whom it is about, who is party to it, a guest or host of 90 days, nobody fresh
    in seat or office."""
    for person in found:
        if not rules.may_give_key(person, motion, NOW):
            continue
        assert person.member not in (motion.mover, motion.about, *motion.parties)
        own = Term(person.since, person.office_since)
        terms = [own, person.sysop] if motion.by_sysop and person.sysop else [own]
        if COMMONS_KEY in motion.marks:
            assert person.commons is not None, "no other office has that key"
            terms = [person.commons]
        assert any(
            (term.office_since or NOW) <= NOW - limits.KEY_OFFICE_DAYS * DAY_MS
            and (term.since or NOW) <= NOW - limits.KEY_SEATED_DAYS * DAY_MS
            for term in terms
        )
        assert not may_be_mover(person, motion)


@given(people(), motions)
def test_the_sysop_has_a_key_where_no_moderator_has(found: list[Person], motion: Motion) -> None:
    """Only to what concerns a person, and never beside a moderator who could give it."""
    free = replace(motion, by_sysop=False)
    keyed = rules.with_sysop(free, found, NOW)
    has_key = any(rules.may_give_key(person, free, NOW) for person in found)
    assert keyed.by_sysop == (FEW in motion.marks and not has_key)


@given(people(), motions)
def test_a_way_can_always_end(found: list[Person], motion: Motion) -> None:
    """A second key is waited for only where somebody has it; alone nothing waits, unless others left
    or it concerns somebody elsewhere."""
    way = rules.choose_way(motion, found, NOW)
    others = [person for person in found if person.member != MOVER and person.seated]
    on_another = FEW in motion.marks and motion.about is not None
    assert (way is None) == (not others and not motion.gone_words and not on_another)
    if way is WaitsFor.SECOND_KEY:
        assert any(rules.may_give_key(person, motion, NOW) for person in found)
    if way is WaitsFor.MODERATORS:
        assert any(p.moderator for p in found if p.member != MOVER)


@given(people(), motions, ways, st.sets(members))
def test_nobody_carries_it_out_alone(
    found: list[Person], motion: Motion, way: WaitsFor, agreed: set[str]
) -> None:
    """Whoever agreed, without others than the mover, guests and host nothing is done sooner."""
    counting = {
        person.member
        for person in found
        if person.member in agreed and rules.why_no_second(person, motion, way, NOW) is None
    }
    assert MOVER not in counting
    if rules.has_all_agreed(motion, way, found, agreed, NOW):
        free = {p.member for p in found if not may_be_mover(p, motion)} - {MOVER}
        assert free & agreed
        assert rules.takes_key(motion.marks, way) or not motion.gone_words
        assert not any(mark.days_min for mark in motion.marks), "those days are the least"


@given(people(), motions, ways)
def test_whose_word_cannot_count(found: list[Person], motion: Motion, way: WaitsFor) -> None:
    """Whoever may be the mover gives no key and ends no delay, and is told which invited which."""
    for person in found:
        parties = (MOVER, motion.about, *motion.parties)
        if person.member in parties or not may_be_mover(person, motion):
            continue
        said = rules.why_no_key(person, motion, NOW)
        assert said in (
            "its mover invited you less than 90 days ago",
            "you invited its mover less than 90 days ago",
        )
        assert said.startswith("its") == (person.invited_by == MOVER and young(person.joined_at))
        if way is WaitsFor.DELAY and person.seated:
            assert rules.why_no_second(person, motion, way, NOW) == said


@given(people(), motions, ways)
def test_who_may_know(found: list[Person], motion: Motion, way: WaitsFor) -> None:
    """Of what is told to few: whoever may say something to it, the mover, and nobody without office
    but whom it is about."""
    seated = seated_of(found, motion)
    for person in found:
        knows = rules.may_know(person, motion, way, NOW)
        says = (
            rules.why_no_second(person, motion, way, NOW),
            rules.why_no_objection(person, motion, way, seated),
        )
        assert knows or None not in says
        if FEW not in motion.marks or person.member in (MOVER, motion.about):
            continue
        assert not (knows and person.member in motion.parties)
        assert person.office_since or (motion.by_sysop and person.sysop) or not knows


@given(people(), motions, ways)
def test_who_may_know_beyond_the_board(found: list[Person], motion: Motion, way: WaitsFor) -> None:
    """Of a board that they do not read, somebody knows only what waits for a key that they have."""
    for person in found:
        if not rules.may_know_beyond(person, motion, way, NOW):
            continue
        assert rules.why_no_second(person, motion, way, NOW) is None
        assert FEW in motion.marks or (COMMONS_KEY in motion.marks and way is WaitsFor.SECOND_KEY)


def seated_of(found: list[Person], motion: Motion) -> Seated:
    """Return who of these people sits on the board."""
    there = {person.member for person in found if person.seated}
    return Seated(len(there), mover=MOVER in there, about=motion.about in there)


@given(people(), motions, ways)
def test_who_may_object(found: list[Person], motion: Motion, way: WaitsFor) -> None:
    """Any seat holder but the mover, guests too; whom it is about, alone with the mover; nobody where a
    second key is missing, or where it concerns a person: that is put to no vote."""
    seated = seated_of(found, motion)
    free = {p.member for p in found if p.seated} - {MOVER, motion.about}
    for person in found:
        may = rules.why_no_objection(person, motion, way, seated) is None
        about = person.member == motion.about and person.seated and not free
        able = person.member in free or about
        assert may == (able and way is not WaitsFor.SECOND_KEY and FEW not in motion.marks)


@given(people(), motions, ways)
def test_those_who_can_object_can_end_it(
    found: list[Person], motion: Motion, way: WaitsFor
) -> None:
    """However few can object, all of them together end it; where nobody can, nothing does."""
    seated = seated_of(found, motion)
    able = [p for p in found if rules.why_no_objection(p, motion, way, seated) is None]
    needed = rules.objections_to_end(way, motion.marks, seated)
    assert needed <= len(able)
    assert (needed == 0) == (not able)


@given(ways, st.integers(1, 1_000), st.booleans(), st.booleans())
def test_how_many_objections_end_it(way: WaitsFor, count: int, mover: bool, about: bool) -> None:
    """A fifth, two at least, everybody who can object where fewer are there."""
    seated = Seated(count + mover + about, mover=mover, about=about)
    needed = rules.objections_to_end(way, (), seated)
    if way is WaitsFor.SECOND_KEY:
        assert needed == 0
        return
    assert 1 <= needed <= count
    assert needed >= min(limits.OBJECTIONS_MIN, count)
    assert needed == count or needed * limits.OBJECTIONS_PART >= seated.count


@given(st.integers(1, 1_000))
def test_how_long_it_waits(seated: int) -> None:
    """A day among few, three days among many; a week before more people can read."""
    wait = rules.wait_ms(WaitsFor.DELAY, (PLAIN,), seated)
    assert wait == (24 if seated < 12 else 72) * HOUR_MS
    assert rules.wait_ms(WaitsFor.DELAY, (PLAIN, WIDER), seated) == 7 * DAY_MS
    assert rules.wait_ms(WaitsFor.SECOND_KEY, (PLAIN,), seated) == 72 * HOUR_MS
    assert rules.wait_ms(WaitsFor.DELAY, (FEW,), seated) == limits.PERSON_WAIT_HOURS * HOUR_MS
    # Marks may be gone with a later version of the program; what is stored waits as long then.
    assert rules.wait_ms(WaitsFor.SECOND_KEY, (), seated) == 72 * HOUR_MS


@given(st.integers(0, 9), st.integers(0, 9))
def test_what_makes_a_value_grave(before: int, after: int) -> None:
    """0 keeps for ever and bounds nothing; only what destroys is grave, never what it undoes."""
    sooner = ends_sooner(Use(before, after))
    assert sooner == (after != 0 and (before == 0 or after < before))
    assert not (sooner and ends_sooner(Use(after, before)))
    assert bounds_below(Use(before, after, there=5)) == (0 < after < 5)


def test_visibility_and_days() -> None:
    """Wider is grave, narrower is not; a day where none was or an earlier one is, a later is not."""
    widths = ("private", "unlisted", "members")
    assert all(shows_wider(Use(a, b)) and not shows_wider(Use(b, a)) for a, b in pairwise(widths))
    assert comes_sooner(Use(None, "2026-01-02"))
    assert comes_sooner(Use("2026-01-03", "2026-01-02"))
    assert not comes_sooner(Use("2026-01-02", "2026-01-03"))
    assert not comes_sooner(Use("2026-01-02", None))


def test_what_ended_stays_ended() -> None:
    """The table of moves: every state can be reached, and what has ended never waits again."""
    moves = rules.PROPOSAL_TRANSITIONS
    assert set(moves) == {None, *ProposalState}
    assert {state for states in moves.values() for state in states} == set(ProposalState)
    ended: Sequence[ProposalState | None] = [s for s in moves if s and not moves[s]]
    assert not set(ended) & set(rules.WAITING)
    assert set(ended) | set(rules.WAITING) == set(ProposalState)
