"""Ways to hand credentials to SmartRecruiters (*channels*) and to hear from it which rooms it loaded.

SmartRecruiters publishes no API for its calendar settings: every channel goes through the settings page, as a person,
as a browser, or by sending the requests that the page itself sends. Nothing here decides what to deliver or when.
"""
