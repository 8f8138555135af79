"""Consultation 征求意见: the assembled text sent round, opinions in, each handled with a reason, collated as docx."""
