"""GPUs without a GPU: cards described, cases scheduled for them, kernels compiled offline."""
