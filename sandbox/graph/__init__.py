"""What every Graph service shares: tenants, errors, routing, paging, timestamps, faults."""
