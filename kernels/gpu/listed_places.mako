## Where the outputs of some rows of a column lie, in several planes.
## in: what flat_item leaves.
## out: nothing.

## The rows of an item.
<%def name="rows()"><% return spec.block[-2] if spec.ndim > 1 else 1 %></%def>

## How far plane number `number` of the item lies behind the first one, in x or y.
<%def name="plane(array, number)"><%
    return times(f"g.{array}_outer1", number) if number else 0
%></%def>

## Where the output of a row lies in the item's first plane.
<%def name="output(row)" buffered="True" filter="trim"><%
    at = {"h": plus("oh", row), "d": "od"}
    places = [f"{atom(at[axis])} * g.y_{axis}" for axis in spec.axes[:-1]]
    places.append("ow * g.y_w" if spec.layout == "last" else "ow")
%>y_plane + ${" + ".join(places)}</%def>
