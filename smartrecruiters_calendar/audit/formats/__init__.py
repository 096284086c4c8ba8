"""Ways to show a report. Each takes an `AuditReport`; none asks anybody for more."""
