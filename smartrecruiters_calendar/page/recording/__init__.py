"""Makes a profile of the settings page from a HAR file: what a browser recorded while a person saved and loaded once.

SmartRecruiters publishes nothing about its page's requests, so they are read off a recording. Nothing is sent anywhere.
What is private in a recording (cookies, tokens, passwords, the secret) never gets into a profile: values are copied
only where they are known to be harmless, and the finished file is then searched for everything private.
"""
