"""Everything a person can do in the client: each thing once, for every surface."""
