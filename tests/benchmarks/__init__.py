"""What the engine costs, always beside the bare thing that costs least: ``make bench``."""
