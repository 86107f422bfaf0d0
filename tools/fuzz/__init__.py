"""Random calls of every operator and gradient, compared with PyTorch."""
