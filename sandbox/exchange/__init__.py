"""Calendars, events and places of a tenant's mailboxes, as Graph shows them."""
