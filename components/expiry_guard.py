"""Refuses `pulumi preview` and `pulumi up`, and never `pulumi destroy`, once no declared secret is valid any more.

An error raised by the program would stop `pulumi destroy --run-program` as well, and a program does not know which of
them runs it. So a resource is declared that is never made: the engine calls its before-create hook in preview and up,
where the hook refuses, and skips it in destroy, where nothing is made.
"""

import pulumi


def refuse(message: str) -> None:
    """Declare the resource that cannot be made.

    Args:
        message: what is wrong, why it matters and what to type.
    """

    def stop(_: pulumi.ResourceHookArgs) -> None:
        raise pulumi.RunError(message)

    hook = pulumi.ResourceHook("no-valid-secret", stop, opts=pulumi.ResourceHookOptions(on_dry_run=True))
    opts = pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(before_create=[hook]))
    pulumi.Stash("valid-secret", input="never made", opts=opts)
