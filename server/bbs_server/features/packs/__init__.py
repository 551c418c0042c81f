"""The server's side of the feature packs."""
