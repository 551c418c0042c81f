"""The welcome of a newcomer in lines, with the verbs for what comes first."""

from bbs_client.actions.first_steps import VERBS
from bbs_client.actions.table import BY_ID
from bbs_client.session.in_line import fetch_own_place
from bbs_client.session.session import Session
from bbs_client.session.welcome import NO_BACKLOG, KeyNames, welcome_of


async def tell_welcome(session: Session) -> list[str]:
    """Return the welcome as lines; empty as long as the community is not on this device.

    Who waits for a seat learns their place, if the server can be asked. Cancelling is safe.
    """
    keys = KeyNames(
        norms=f"{BY_ID['norms'].verb} commons",
        seat=f"{BY_ID['seat'].verb} commons",
        export=BY_ID["export"].verb,
        letter=BY_ID["letter"].verb,
    )
    welcome = welcome_of(session, on_screen=False, keys=keys, place=await fetch_own_place(session))
    if welcome is None:
        return []
    lines = [welcome.greeting, *filter(None, (welcome.help,)), *welcome.waiting]
    if welcome.place:
        lines.append(f"What this place is: {welcome.place}")
    lines += [welcome.norms, *(f"  {at}. {says}" for at, says in enumerate(welcome.clauses, 1))]
    if welcome.steps:
        lines.append("To do first, with the verb to type:")
        for at, step in enumerate(welcome.steps, 1):
            done = "done: " if step.done else ""
            lines.append(f"  {at}. {done}{step.says}: {VERBS[step.id]}")
        lines.append(NO_BACKLOG)
    return [*lines, "welcome shows this again."]
