"""The shell: the frame around the reading panes, and the dialogs that open from everywhere."""
