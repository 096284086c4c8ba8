"""What is declared: the integration app, its permissions and its secrets.

This package declares resources and holds the plain data that describes them. It does not call Microsoft Graph,
does not deliver anything to SmartRecruiters and imports nothing from `integration` or `scripts`.
"""
