"""Validation 数据审核: named rules as data (packs/validation), pure functions, each finding with its arithmetic.

`examine.examine(observed, known, rules)` → findings; `known.load(…)` reads the ledger for it.
"""
