"""Tests of the facts floor; the floors above import facts.factories."""
