"""What this library costs beside the official SDK: `python -m benchmarks`."""
