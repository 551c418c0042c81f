"""The client's side of the feature moderation."""
