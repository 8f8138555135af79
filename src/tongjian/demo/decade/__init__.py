"""Ten years of monthly figures for the sample district, simulated and marked so, as departments' workbooks.

`books.lay_out()` writes them into HOME/demo/decade; they come in as a parcel of files, like anyone's. How they are
simulated stands in `data/decade.yaml`; what the sample workbooks hold goes before and bends the course.
"""
