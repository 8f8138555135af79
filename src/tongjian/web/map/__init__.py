"""一张图: what lies where, by town or by place, and the pages of underground pipes."""
