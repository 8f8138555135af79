"""Work orders of other platforms 工单: a file in, cases out, all bad rows at once, the same file twice changes nothing.

`importing.take(data, name, feed, by=…, at=…)`; a feed is data: packs/work_orders.
"""
