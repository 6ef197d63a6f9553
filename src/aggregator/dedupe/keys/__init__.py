"""What makes a result the same problem tomorrow: keys over its place, its text and what stands around it."""
