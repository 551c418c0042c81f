"""The shell: the frame around the reading panes, and what can be called up from everywhere."""
