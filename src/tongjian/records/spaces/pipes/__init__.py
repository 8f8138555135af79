"""地下管线: taking in a survey, the network derived from it, who may see it exactly, what a dig would meet."""
