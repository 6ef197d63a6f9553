"""What Onefold delivers to GitHub, and what it sees there."""
