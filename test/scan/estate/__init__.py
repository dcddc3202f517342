"""The seeded account: what is made, and what scan must say of it."""
