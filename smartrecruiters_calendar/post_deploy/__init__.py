"""After `pulumi up`: prove that the credentials work, hand them to SmartRecruiters, see rooms load, keep the receipt.

`run.run` is the way in. Nothing here prints, exits, deploys, or changes the tenant; the services it talks to are given
to it.
"""
