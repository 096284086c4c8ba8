"""Expected rooms: where they come from, and how they compare with what was loaded."""
