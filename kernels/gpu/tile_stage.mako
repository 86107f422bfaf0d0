## The way of the input into a tile's local memory.
## in: what tile_place leaves.
## out: the elements of the tile and its halo in value.
<%namespace name="flat" file="/gpu/flat_item.mako"/>
<%namespace name="tiles" file="/gpu/tile_place.mako"/>
<%namespace name="taps" file="/common/tap.mako"/>

## Reads the tile, several loads at a time, into local memory that holds the identity.
<%def name="read()"><%
    lanes, whole = lanes_of(spec.loads), lanes_of(spec.width)
    several = range(spec.thresholds.tile_loads)
    spans = [f"(uint)g.span_{axis}" for axis in spec.axes[:-1]]
    extent = " * ".join(["(uint)g.planes", *spans, "(uint)g.pitch"])
    ahead = lambda n: plus("first", f"{n} * items" if n > 1 else "items" if n else 0)
    begin = atom(plus("w0", -(spec.alignment_phase or 0)))
%>
// The identity everywhere.
const uint extent = ${extent};
for (uint at = item; at < ${over("extent", spec.width)}; at += items)
    vectors[at] = ${whole.splat(identity, spec.accumulator)};
barrier(CLK_LOCAL_MEM_FENCE);
// The tile and its halo, where they lie in the plane.
${tiles.out("w", begin, f"(uint)(g.span_w - {times('g.units', spec.loads)})")}
const ${spec.offset} plane = ${flat.plane("x")};
const uint units = (uint)g.lines * (uint)g.units;
for (uint first = item; first < units; first += ${len(several)} * items) {
% for n in several:
    ${lanes.value} read${n};
    uint to${n};
    int in${n};
    {
        ${one(lanes, n, ahead(n))}
    }
% endfor
<% cast = f"(__local {lanes.value} *)" if lanes.n > 1 else "" %>\
% for n in several:
    if (in${n}) *${cast}(value + to${n}) = read${n};
% endfor
}
</%def>

## Reads a unit of elements, number `number` of the tile, as the item's number `n`.
<%def name="one(lanes, n, number)"><%
    own = "own" if spec.ndim > 1 else "line"
    rows = [f"{axis} * g.x_{axis}" for axis in spec.axes[:-1]]
    at = [f"({spec.offset}){own} * g.x_outer1", *rows, "w"]
    first = plus("w0", -(spec.alignment_phase or 0))
%>
const uint number = ${number};
${tiles.split("number", "line", "unit", "units")}
${tiles.row()}
const uint column = w_out + ${times("unit", lanes.n)};
const ${spec.position} w = ${first} + (${spec.position})column;
to${n} = row + column;
in${n} = (number < units) & (${own} < planes) & ${tiles.inside(spec.axes)};
const ${spec.offset} at = in${n} ? ${" + ".join(at)} : 0;
read${n} = ${taps.mapped(lanes, "plane + at")};
</%def>
