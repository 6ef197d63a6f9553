"""The shell around the pure core: gather, evaluate, compose, deliver, in this order and nowhere else."""
