"""cartesia_local."""
