"""Powers, requests and fields say what they touch: it decides what a token may do (P8)."""

import pytest

from bbs.marks import is_for_tokens, unmarked_fields
from bbs.messages import Command
from bbs.powers import TOKEN_POWERS, TOKEN_TOUCHES, Power, Touches, power_of_token
from bbs.wire.registry import REQUESTS


@pytest.mark.parametrize("method", REQUESTS)
def test_reading_changes_nothing(method: str) -> None:
    """No command is a token's by a power of reading alone: one that changes something says what (P8)."""
    request = REQUESTS[method]
    if issubclass(request, Command) and is_for_tokens(request):
        touches = request.needs.touches or power_of_token(request.needs).touches
        assert touches is not Touches.READING


@pytest.mark.parametrize("power", Power)
def test_every_power_says_what_it_touches(power: Power) -> None:
    """A power without a mark cannot be declared; by its mark tokens can have it, or cannot (P8)."""
    assert power.touches in Touches
    if power in TOKEN_POWERS:
        assert power.touches in TOKEN_TOUCHES | {Touches.BY_FIELD}
    with pytest.raises(TypeError, match="what it touches"):
        Power.__new_member__(Power, "unmarked")  # type: ignore[attr-defined]  # as a class body does


@pytest.mark.parametrize("method", REQUESTS)
def test_every_field_of_a_mixed_command_says_what_it_touches(method: str) -> None:
    """A setting that nobody marked would be refused to tokens: mark it in its `Annotated` (P8)."""
    assert not unmarked_fields(REQUESTS[method])
