"""Rules of rounds: one fixed order, everything once, and an end (P1, P4)."""

from collections.abc import Iterable
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.reading.rounds import (
    CatchUpMode,
    RoundPreferences,
    UnreadPost,
    build_round,
    count_newer,
    is_muted,
    order_boards,
    remaining_round,
    round_preferences,
    should_offer_catch_up,
    size,
    start_round,
    without_place,
    without_posts,
)
from bbs.features.reading.views import (
    BoardChoice,
    Choice,
    Folder,
    Layout,
    MemberChoice,
    Round,
    SavedChoice,
    Section,
    Stance,
    Stop,
    ThreadChoice,
)

BOARDS = ("a", "b", "c")
EVERYTHING = dict.fromkeys(BOARDS, 10**6)
threads = st.sampled_from([f"{board}{n}" for board in BOARDS for n in range(3)])
members = st.sampled_from(["ana", "ben", "cleo", None])
stances = st.sampled_from(Stance)
wisheses = st.builds(
    RoundPreferences,
    threads=st.dictionaries(threads, stances, max_size=6),
    boards=st.dictionaries(st.sampled_from(BOARDS), stances),
    members=st.dictionaries(st.sampled_from(["ana", "ben"]), stances),
    order=st.permutations(BOARDS).map(lambda order: tuple(order[:2])),
)
vectors = st.dictionaries(st.sampled_from(BOARDS), st.integers(0, 30))


@st.composite
def waitings(draw: st.DrawFn) -> list[UnreadPost]:
    """Draw posts of several boards, each with the next number of its thread and seq of its board."""
    facts = draw(
        st.lists(st.tuples(threads, members, st.booleans(), st.integers(0, 3)), max_size=25)
    )
    posts: list[UnreadPost] = []
    at = 0
    for thread, author, for_me, later in facts:
        at += later
        posts.append(post(posts, thread, author=author, for_me=for_me, at=at))
    return posts


def post(
    before: Iterable[UnreadPost],
    thread: str,
    *,
    author: str | None = None,
    for_me: bool = False,
    at: int = 0,
    chars: int = 0,
) -> UnreadPost:
    """Return the next post of a thread, whose first letter is its board."""
    board = thread[0]
    number = 1 + sum(one.thread == thread for one in before)
    seq = 1 + sum(one.board == board for one in before)
    return UnreadPost(board, thread, number, None, seq, at, author, for_me, chars)


def walk(shown: Round) -> list[tuple[str, int]]:
    """Return the posts of a round in the order they are read."""
    return [(stop.thread, number) for stop in shown.stops for number in stop.numbers]


def stops(shown: Round) -> list[tuple[Section, str, tuple[int, ...]]]:
    """Return section, thread and numbers of each stop."""
    return [(stop.section, stop.thread, stop.numbers) for stop in shown.stops]


def test_the_order_of_a_round() -> None:
    """For me by time, then what I follow by its oldest post, then boards in my order (P1)."""
    posts: list[UnreadPost] = []
    for at, (thread, more) in enumerate(
        [
            ("c1", {}),
            ("a2", {}),
            ("a1", {"for_me": True}),
            ("a1", {}),
            ("b1", {}),
            ("b1", {"for_me": True}),
            ("b1", {"for_me": True}),
            ("a1", {"for_me": True}),
            ("b2", {}),
            ("a2", {}),
            ("c2", {"author": "ben"}),
        ]
    ):
        posts.append(post(posts, thread, at=at, **more))  # type: ignore[arg-type]  # a table of keywords
    wishes = RoundPreferences(
        threads={"b2": Stance.FOLLOW},
        members={"ben": Stance.FOLLOW},
        order=("b", "a"),
    )
    assert stops(build_round(posts, wishes, EVERYTHING)) == [
        (Section.FOR_ME, "a1", (1,)),
        (Section.FOR_ME, "b1", (2, 3)),
        (Section.FOR_ME, "a1", (3,)),
        (Section.FOLLOWED, "b2", (1,)),
        (Section.FOLLOWED, "c2", (1,)),
        (Section.BOARD, "b1", (1,)),
        (Section.BOARD, "a2", (1, 2)),
        (Section.BOARD, "a1", (2,)),
        (Section.BOARD, "c1", (1,)),
    ]


def test_muted_means_muted_and_the_nearer_choice_counts() -> None:
    """Not even a mention leads out of a muted thread; a thread followed on a muted board shows."""
    called = UnreadPost("a", "a1", 1, None, 1, 0, "ana", for_me=True)
    assert is_muted(called, RoundPreferences(threads={"a1": Stance.MUTE}))
    assert is_muted(called, RoundPreferences(boards={"a": Stance.MUTE}))
    followed = {"a1": Stance.FOLLOW}
    assert not is_muted(called, RoundPreferences(followed, {"a": Stance.MUTE}))
    assert is_muted(called, RoundPreferences(followed, members={"ana": Stance.MUTE}))


@given(waitings(), wisheses, vectors, st.randoms(use_true_random=False))
def test_a_round_holds_what_waits_exactly_once(
    posts: list[UnreadPost], wishes: RoundPreferences, vector: dict[str, int], chance: Random
) -> None:
    """Everything within the vector that is not muted, once; the rest is counted or muted (P4)."""
    shown = build_round(posts, wishes, vector)
    walked = walk(shown)
    assert len(walked) == len(set(walked))
    wanted = [one for one in posts if not is_muted(one, wishes)]
    inside = {(one.thread, one.number) for one in wanted if one.seq <= vector.get(one.board, -1)}
    assert set(walked) == inside
    assert count_newer(posts, wishes, vector) == len(wanted) - len(inside)
    shuffled = list(posts)
    chance.shuffle(shuffled)
    assert build_round(shuffled, wishes, vector) == shown


@given(waitings(), wisheses, st.data())
def test_walking_ends_while_others_post(
    posts: list[UnreadPost], wishes: RoundPreferences, data: st.DataObject
) -> None:
    """However much is said, read elsewhere, taken back or muted meanwhile, a round ends, and shows
    each post at most once, and each that stayed new exactly once (P4)."""
    vector = {board: sum(one.board == board for one in posts) for board in BOARDS}
    shown = build_round(posts, wishes, vector)
    promised = walk(shown)
    everything = list(posts)
    waiting = {(one.thread, one.number): one for one in posts}
    seen: list[tuple[str, int]] = []
    taken: set[tuple[str, int]] = set()
    steps = 0
    while (shown := remaining_round(shown, waiting.values(), wishes)).stops:
        steps += 1
        assert steps <= len(posts)
        stop = shown.stops[0]
        if data.draw(st.integers(0, 4)) == 0:
            taken |= {(t, n) for t, n in walk(shown) if t == stop.thread}
            shown = without_place(shown, thread=stop.thread)
        else:
            number = stop.numbers[0]
            seen.append((stop.thread, number))
            shown = without_posts(shown, stop.thread, [number])
            waiting.pop((stop.thread, number), None)
        everything.append(new := post(everything, data.draw(threads), for_me=True))
        waiting[new.thread, new.number] = new
        if data.draw(st.integers(0, 4)) == 0:
            gone = data.draw(st.sampled_from(sorted(waiting)))
            waiting.pop(gone)
            taken.add(gone)
    assert len(seen) == len(set(seen))
    assert set(seen) | (taken & set(promised)) == set(promised)
    assert [one for one in promised if one in set(seen)] == seen


def test_a_round_says_how_much_it_is() -> None:
    """Posts, threads and minutes at 200 words each; a few words are a minute, nothing is none."""
    posts: list[UnreadPost] = []
    for thread, chars in (("a1", 1_000), ("a1", 1_500), ("b1", 1)):
        posts.append(post(posts, thread, chars=chars))
    shown = build_round(posts, RoundPreferences(), EVERYTHING)
    found = size(shown, posts)
    assert (found.posts, found.threads, found.minutes) == (3, 2, 3)
    rest = size(without_place(shown, thread="a1"), posts)
    assert (rest.posts, rest.threads, rest.minutes) == (1, 1, 1)
    assert size(without_place(shown, board="b"), posts).threads == 1
    assert size(Round(vector={}), posts).minutes == 0


def test_a_round_is_bounded_and_the_next_goes_on() -> None:
    """More than one round may hold is left for the next: nothing is lost, and it is said (P4)."""
    many = limits.ROUND_POSTS_MAX + 5
    posts = [UnreadPost("a", "a1", n, None, n, n) for n in range(1, many + 1)]
    first = build_round(posts, RoundPreferences(), EVERYTHING)
    assert first.more
    second = build_round(posts[len(walk(first)) :], RoundPreferences(), EVERYTHING)
    assert not second.more
    assert walk(first) + walk(second) == [("a1", n) for n in range(1, many + 1)]


def test_after_a_long_time_one_may_choose() -> None:
    """Old and much together offer a choice; what calls one or is followed is never put away."""
    today = 100 * DAY_MS
    posts: list[UnreadPost] = []
    for at in range(limits.AWAY_POSTS):
        posts.append(post(posts, "a1", at=today - (limits.AWAY_POSTS - at) * DAY_MS // 4))
    posts.append(post(posts, "b1", at=1, for_me=True))
    posts.append(post(posts, "c1", at=2))
    posts.append(post(posts, "c1", at=3))
    posts.append(post(posts, "a1", at=today))
    wishes = RoundPreferences(threads={"c1": Stance.FOLLOW})
    shown = build_round(posts, wishes, EVERYTHING)
    assert should_offer_catch_up(shown, posts, today)
    assert not should_offer_catch_up(shown, posts, 5)
    assert not should_offer_catch_up(without_place(shown, thread="a1"), posts, today)
    assert start_round(shown, posts, CatchUpMode.FROM_START, today).round == shown
    kept = [("b1", 1), ("c1", 1), ("c1", 2)]
    newest = limits.AWAY_POSTS + 1
    for choice, last, read in (
        (CatchUpMode.DIGEST, 1, (2, newest)),
        (CatchUpMode.TODAY, newest, (1, newest - 1)),
    ):
        begun = start_round(shown, posts, choice, today)
        assert walk(begun.round) == [*kept, ("a1", last)]
        assert begun.read == (
            Stop(
                section=Section.BOARD,
                board="a",
                thread="a1",
                numbers=tuple(range(read[0], read[1] + 1)),
            ),
        )


def test_wishes_are_what_was_chosen_by_hand() -> None:
    """Follows, mutes and one's own order make the wishes; saved posts change no round (P1)."""
    layout = Layout(folders=(Folder(boards=("c",)), Folder(name="quiet", boards=("a", "gone"))))
    choices: list[Choice] = [
        ThreadChoice(thread="a1", stance=Stance.FOLLOW),
        ThreadChoice(thread="a2", stance=Stance.MUTE),
        ThreadChoice(thread="a3"),
        BoardChoice(board="b", stance=Stance.MUTE),
        MemberChoice(member="ben", stance=Stance.FOLLOW),
        SavedChoice(post="p"),
        layout,
    ]
    numbers = {"a": 1, "d": 4, "b": 2, "c": 3}
    assert round_preferences(choices, numbers) == RoundPreferences(
        threads={"a1": Stance.FOLLOW, "a2": Stance.MUTE, "a3": Stance.NONE},
        boards={"b": Stance.MUTE},
        members={"ben": Stance.FOLLOW},
        order=("c", "a", "b", "d"),
    )
    assert order_boards((), numbers) == ("a", "b", "c", "d")
