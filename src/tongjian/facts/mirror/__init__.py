"""The mirror: a disposable columnar copy of the records, as compact star tables in one DuckDB file.

Drop it, build it again, and every figure is the same. `tables` finds what the records apps hand over, `layout` says
how a table is kept, `refresh` brings the file up to date, `reading` opens it.
"""
