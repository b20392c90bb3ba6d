"""cartesia_audio."""
