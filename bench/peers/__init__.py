"""What we measure ourselves against, fixed: change a peer only together with the figures that were said of it."""
