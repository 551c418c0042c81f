"""Undoing choices: whatever was chosen, undoing all of it brings back what was before (P1)."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from bbs.features.reading.messages import (
    ArrangeBoards,
    Choosing,
    SavePost,
    SetBoardChoice,
    SetMemberChoice,
    SetThreadChoice,
)
from bbs.features.reading.views import Folder, NotificationLevel, Stance
from bbs_client.session.undoing import STEPS_MAX, UndoSteps, command_for
from tests.client.app.sample import BEN, GARDEN, READERS, TOMATOES, a_session, post_id

stances = st.sampled_from(Stance)
commands: st.SearchStrategy[Choosing] = st.one_of(
    st.builds(SetThreadChoice, thread=st.just(TOMATOES), stance=stances),
    st.builds(SetMemberChoice, member=st.just(BEN), stance=stances),
    st.builds(
        SetBoardChoice,
        board=st.sampled_from((GARDEN, READERS)),
        stance=st.none() | stances,
        level=st.none() | st.sampled_from(NotificationLevel),
    ),
    st.builds(SavePost, post=st.just(post_id(TOMATOES, 1)), saved=st.booleans()),
    st.builds(
        ArrangeBoards,
        folders=st.sampled_from(((), (Folder(name="Home", boards=(GARDEN, READERS)),))),
    ),
)


@settings(max_examples=60)
@given(st.lists(commands, max_size=3), st.lists(commands, max_size=STEPS_MAX))
def test_undoing_everything_brings_back_what_was_before(
    earlier: list[Choosing], made: list[Choosing]
) -> None:
    """Each step undoes one choice; a choice that changed nothing is no step."""
    with TemporaryDirectory() as folder:
        session = a_session(Path(folder))
        with closing(session.cache), closing(session.outbox):
            session.cache.apply(earlier)
            before, steps = dict(session.cache.choices()), UndoSteps(session.cache)
            for command in made:
                steps.note(command, "it")
                session.cache.apply((command,))
            while (step := steps.take()) is not None:
                assert steps.is_current(step)
                assert step.made != step.before
                session.cache.apply((command_for(step.before),))
            assert dict(session.cache.choices()) == before
