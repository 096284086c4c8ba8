"""What the stand-ins for official provider plugins have in common: the engine's protocol, signing in, and the rules of
properties.

A stand-in is described by one `stand_in.StandIn` and served by `serving.main`. Nothing here knows a resource or an
interface of Microsoft beyond its token service and its metadata; and nothing here leaves the loopback interface.
"""
