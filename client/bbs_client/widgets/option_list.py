"""A list of a few names with what each means, for dialogs that choose one of them."""

from collections.abc import Callable, Mapping

from textual.content import Content

from bbs_client.widgets.block_view import BlockView

NAME_COLUMNS = 12


class NamedOptions(BlockView):
    """One row a name, the one in force marked and under the cursor."""

    def __init__(
        self,
        says: Mapping[str, Content | str],
        now: str,
        on_moved: Callable[[str], None] | None = None,
    ) -> None:
        """Make the list.

        Args:
            says: What each name means, in our own words, in the order they are shown; as `Content`,
                the whole row, cleaned.
            now: The name in force; none of them is marked if it is not there.
            on_moved: Told the name under the cursor whenever that changes; None to tell nobody.
        """
        super().__init__()
        self._says = says
        self._now = now
        self._on_moved = on_moved

    def on_mount(self) -> None:
        """Show the names."""
        self.set_keys(self._says)
        self.styles.height = len(self._says)
        self.jump(self.keys.index_of(self._now) or 0)

    def cursor_moved(self) -> None:
        """Tell of it."""
        if self._on_moved is not None and self.current is not None:
            self._on_moved(self.current)

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a name."""
        name = self.keys[index]
        mark = "• " if name == self._now else "  "
        says = self._says[name]
        if isinstance(says, str):
            says = Content.assemble((f"{name:<{NAME_COLUMNS}}", "strong"), (says, "dim"))
        return [(Content(mark) + says).truncate(width, ellipsis=True)]
