"""cartesia_sync."""
