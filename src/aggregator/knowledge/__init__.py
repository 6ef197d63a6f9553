"""What rules of tools mean: weakness classes, controls, kinds of secrets. Versioned data, and lookups in it."""
