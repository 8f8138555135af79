"""The engine of cases: types as data, one decision function, one fold. Knows no database, clock or request.

`case_types.parse(body)`, `lint.lint(body)`, `deciding.decide(...)`, `state.evolve(state, change)`, `state.replay(changes)`.
"""
