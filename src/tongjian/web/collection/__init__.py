"""填报: workbooks out and in."""
