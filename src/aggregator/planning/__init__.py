"""What is to be done, decided before anything is done: side effects as values."""
