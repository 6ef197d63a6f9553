"""The same tool, run after run: last run's sources recognised in this run's entries, one to one."""
