"""The form of a board's settings in lines: asks for a setting's number and its new value."""

from typing import Any

from bbs_client.actions.forms import FormError, FormField, SettingsQuestion
from bbs_client.plain.lines import Lines

_CANCEL = "cancel"
_NONE = "none"  # takes a text away that may be empty


async def ask_settings(lines: Lines, question: SettingsQuestion) -> dict[str, Any] | None:
    """Ask for settings until an empty line; return the changed ones, or None for none.

    Args:
        lines: The input and output; the end of the input cancels the form, as `cancel` does.
        question: The question with the present settings.
    """
    lines.tell(f"{question.heading}:", *question.about)
    typed = {field.name: field.now for field in question.fields} | question.typed
    if question.trouble:
        lines.tell(question.trouble)
    for field in question.fields:
        if field.is_required and not typed[field.name]:
            if not (text := await _ask(lines, field)):
                lines.tell("Nothing was changed.")
                return None
            typed[field.name] = text
    while True:
        for number, field in enumerate(question.fields, 1):
            lines.tell(f"{number}. {field.label}: {_shown(field, typed[field.name])}")
        answer = await lines.ask(
            f"Change which? (1 to {len(question.fields)}, Enter to {question.yes},"
            f" {_CANCEL} to leave all as it was)"
        )
        answer = _CANCEL if answer is None else answer.strip()
        if answer.lower() == _CANCEL:
            lines.tell("Nothing was changed.")
            return None
        if answer.isdecimal() and 1 <= int(answer) <= len(question.fields):
            field = question.fields[int(answer) - 1]
            text = await _ask(lines, field)
            is_gone = field.may_be_empty and text.lower() == _NONE
            typed[field.name] = "" if is_gone else text or typed[field.name]
        elif answer:
            lines.tell(
                f"This awaits the number of a line to change (1 to {len(question.fields)}), Enter to"
                f" {question.yes}, or {_CANCEL}; what you typed was not taken."
            )
        else:
            question.typed.update(typed)
            try:
                values = question.read(typed)
            except FormError as error:
                lines.tell(f"{error}")
            else:
                lines.tell(*question.mended)
                if not values and not question.makes:
                    lines.tell("Nothing was changed.")
                return values


def _shown(field: FormField, text: str) -> str:
    if field.is_list:
        return "".join(f"\n   {line}" for line in text.splitlines())
    return text or "as usual"


async def _ask(lines: Lines, field: FormField) -> str:
    lines.tell(field.help, *([f"Type {_NONE} to have none."] if field.may_be_empty else []))
    if field.options:
        lines.tell(*(f"  {value}: {says}" for value, says in field.options))
    if field.is_list:
        typed: list[str] = []
        while line := (await lines.ask(f"{field.label}, line {len(typed) + 1}? (Enter to end)")):
            typed.append(line.strip())
        return "\n".join(typed)
    return (await lines.ask(f"{field.label.removesuffix('?')}? (Enter to leave it)") or "").strip()
