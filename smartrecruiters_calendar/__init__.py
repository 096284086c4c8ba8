"""What runs next to Pulumi: delivers, verifies, rotates, audits and promotes the calendar integration."""
