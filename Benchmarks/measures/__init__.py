"""What scripts/bench measures, one subject a module; what measures returns rows of the table."""
