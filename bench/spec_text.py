"""Lists of transforms as text."""


def arguments(spec):
    """The calls of a list, as (name, text between the brackets)."""
    depth, calls, call = 0, [], ""
    for c in spec + ",":
        depth += (c in "([") - (c in ")]")
        if c == "," and depth == 0:
            name, _, rest = call.strip().partition("(")
            calls.append((name, rest[:-1]))
            call = ""
        else:
            call += c
    return calls
