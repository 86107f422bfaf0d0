## No windows: planes are read and written as wholes.
<%def name="functions()"></%def>

## Where flat position `place` of a plane lies in memory, by the pitches of `side` (x or y) and the
## lengths of `far` (in or out).
<%def name="address(place, side, far)" buffered="True" filter="trim">${" + ".join(
    f"({place}) % ({spec.position})g.{far}_w * ({spec.position})g.{side}_w" if axis == "w" else
    f"({place}) / ({spec.position})g.{far}_w % ({spec.position})g.{far}_h * ({spec.position})g.{side}_h" if axis == "h" else
    f"({place}) / (({spec.position})g.{far}_w * ({spec.position})g.{far}_h) * ({spec.position})g.{side}_d"
    for axis in spec.axes)}</%def>

## Whether a flat position is where the element lies.
<%def name="dense(side, far)" buffered="True" filter="trim">${" && ".join(
    f"g.{side}_w == 1" if axis == "w" else
    f"g.{side}_h == g.{far}_w" if axis == "h" else
    f"g.{side}_d == g.{far}_h * g.{far}_w"
    for axis in reversed(spec.axes))}</%def>
