"""Exchange Online: what an administrator there has to run, as no Graph resource stands for it."""
