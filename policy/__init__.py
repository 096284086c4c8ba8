"""The policy pack: what a change to the integration must never do, checked by the engine at every preview."""
