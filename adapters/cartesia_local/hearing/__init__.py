"""The recogniser: PocketSphinx, in a process of its own for each recording and each stream."""
