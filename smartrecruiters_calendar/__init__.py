"""What runs beside Pulumi: delivers, verifies, rotates, audits and promotes the calendar integration."""
