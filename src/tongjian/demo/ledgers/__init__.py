"""The sample's registers: the items behind published figures, simulated, as departments' workbooks.

`targets` is what was published, `recipes` how items make it up, `rows` the items, `books` the workbooks, `intake` their
way in. The ledger is measured over the items; nothing but this package reads the targets.
"""
