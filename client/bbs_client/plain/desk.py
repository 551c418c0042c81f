"""The moderators' desk in lines: what waits, and what the reader decides."""

from bbs_client.actions.desk import NOTHING, DeskItem, DeskQuestion
from bbs_client.plain.here import Here
from bbs_client.plain.lines import choose


async def ask_at_desk(here: Here, question: DeskQuestion) -> tuple[DeskItem, str] | None:
    """Tell what waits, section by section, and ask what to do with which; None for nothing."""
    lines, desk = here.lines, question.desk
    if desk.trouble:
        lines.tell(desk.trouble)
    elif not desk.items:
        lines.tell(NOTHING)
    section = ""
    for item in desk.items:
        if item.section != section:
            section = item.section
            lines.tell(f"{section}:")
        state = f", {item.says}" if item.says else ""
        lines.tell(f"{item.heading}{state}, since {here.session.times.short(item.since)}")
        lines.tell(*(f"  {row}" for row in item.rows), *([f"  {item.then}"] if item.then else []))
    answers = [(item, word) for item in desk.items for word in item.words]
    if not answers:
        return None
    says = {
        number: f"{word.capitalize()}: {item.heading}"
        for number, (item, word) in enumerate(answers)
    }
    number = await choose(lines, says)
    return None if number is None else answers[number]
