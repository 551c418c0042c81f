"""Everything the reader can do in the client: each action once, for every surface."""
