"""Words of Chinese reports as data: units and measure words, bounds, bases, comparators, verbs."""
