"""Those who carry out actions."""
