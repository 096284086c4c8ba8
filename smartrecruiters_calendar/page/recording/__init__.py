"""Makes a profile of the settings page from what a browser sent while a person saved and loaded once.

SmartRecruiters publishes nothing about its page's requests, so they are read off a recording: a visit that is watched
as it happens, or a HAR file of one. Nothing is sent by this package. What is private in a recording (cookies, tokens,
passwords, the secret) never gets into a profile: values are copied only where they are known to be harmless, and the
finished file is then searched for everything private.
"""
