"""cartesia_httpx."""
