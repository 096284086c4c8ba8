"""Before `pulumi up`: what can be known to fail, found without changing anything.

`run.run` is the way in. One check is one module of `checks` and answers one question with PASS, FAIL or MANUAL. Nothing
here writes, neither to the tenant nor to the stack; nothing here deploys or delivers.
"""
