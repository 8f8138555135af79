"""测算: metrics that are counted over the records' mirror, by a declaration in the packs.

`declaration` reads and checks it, `tallies` turns it into counts over the star, `values` turns counts into figures,
`actions` records them as facts, `rows` opens the records behind one.
"""
