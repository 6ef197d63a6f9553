"""Pure functions from an outcome to the bytes of one document; they arrive in chunks and are the same every time."""
