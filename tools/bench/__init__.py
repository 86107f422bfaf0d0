"""Times of every operator beside rivals', a plain copy's or another revision's."""
