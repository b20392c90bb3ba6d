"""Cartesia voice API: the protocol as typed, pure values. Nothing in this package does any I/O."""
