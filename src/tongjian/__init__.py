"""Tongjian 通鉴: what happened, what it amounts to, what was promised, what is said."""

__version__ = "0.1.0"
