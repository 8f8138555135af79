"""Collection 填报: a workbook out to an organisation, the filled one in. Knows no Django at this level.

`template.template(organisation, period, at)`, `actions.submit(data, name, …)`, `problems.of(submission)`.
"""
