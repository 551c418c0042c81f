"""The client's side of the feature packs."""
