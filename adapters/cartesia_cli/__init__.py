"""The command `cartesia-core`; `cartesia_cli.exits` lists its exit codes."""
