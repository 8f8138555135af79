"""Registers as workbooks: the columns, out, and in again whole or not at all."""
