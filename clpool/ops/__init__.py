"""The operators: one family in each module, forward and backward."""
