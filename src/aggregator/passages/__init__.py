"""What became of files and their lines between two commits, told from their texts alone."""
