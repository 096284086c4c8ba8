"""Before `pulumi up`: finds what is going to fail, without changing anything.

`run.run` is the way in. A check answers one question with PASS, FAIL or MANUAL. Nothing here writes, neither to the
tenant nor to the stack; nothing here deploys or delivers.
"""
