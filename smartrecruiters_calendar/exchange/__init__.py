"""Exchange Online: what an administrator there has to run, as Graph has no resource for it."""
