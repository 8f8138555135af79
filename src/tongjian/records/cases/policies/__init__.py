"""时限政策: what clocks of a case type are allowed, a change of it looked at before it rules, and what it moved."""
