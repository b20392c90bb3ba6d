"""cartesia_cli."""
