"""Verifying 核验: what hands have done to the figures of a docx since it was written or bound."""

from tongjian.reports.verify.check import verify, verify_traced
from tongjian.reports.verify.types import State, Verdict, Verified

__all__ = ["State", "Verdict", "Verified", "verify", "verify_traced"]
