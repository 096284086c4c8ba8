"""What Graph answers: each function takes a `Call`, asks the models, and holds no state."""
