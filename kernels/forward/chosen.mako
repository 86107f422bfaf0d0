## How indices are looked at, which should be taps of their own windows: the first tap of each is `first`, and
## the last ones lie `far` behind it on each axis; `far` is -1 where there is none.
<%namespace name="memory" file="/memory.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>

## Whether indices are wider than positions.
<%def name="narrowed()"><% return spec.chosen == "int64" and not spec.wide %></%def>

## Declares what is known of the indices looked at so far: which lanes are right, and what no position has.
<%def name="begin(lanes)">
${lanes.index_mask} right${lanes.n} = ${lanes.splat("-1", spec.position if lanes.n > 1 else "int")};
% if narrowed():
${lanes.of("ulong")} beyond${lanes.n} = 0;
% endif
</%def>

## Looks at indices as they are read.
<%def name="look(lanes, index, first, far)"><%
    rows = "".join(f", far_{axis}, g.flat_{axis} * {max(along(axis).dilation, 1)}" for axis in spec.axes[:-1])
%>
right${lanes.n} &= leads${lanes.n}(${memory.convert(lanes, spec.position, index)}, ${first}, ${far}${rows});
% if narrowed():
beyond${lanes.n} |= ${memory.convert(lanes, "ulong", index)};
% endif
</%def>

## Whether the windows of a line have no tap in any of their columns.
<%def name="none()" buffered="True" filter="trim">((${" | ".join(["0", *(f"far_{axis}" for axis in spec.axes[:-1])])}) < 0)</%def>

## Whether an index was none of the taps.
<%def name="wrong(lanes)" buffered="True" filter="trim"><%
    every = lambda name, by: f" {by} ".join(f"{name}{lanes.n}" + f".s{lane:x}" * (lanes.n > 1) for lane in range(lanes.n))
%>(!(${every("right", "&")})${f" | (({every('beyond', '|')}) >> 31 != 0)" if narrowed() else ""})</%def>

## Tells the host.
<%def name="end(lanes)">
if (${wrong(lanes)}) *refused = 1;
</%def>

## Opens loops over the windows whose first tap is the element at hand, whose indices lie at `from`; done()
## closes them.
<%def name="each()"><% at = " + ".join(f"{axis} * ({spec.position})g.x_{axis}" for axis in spec.axes) %>
{
const ${spec.position} here = (${spec.position})g.origin${"".join(f" + o{axis} * ({spec.position})g.flat_{axis}" for axis in spec.axes)};
% for axis in spec.axes:
${window.begun(axis)}
${window.own(axis, axis)}
% endfor
const __global ${spec.chosen_storage} *from = chosen + g.chosen_shift + (plane + (${at}) - x);
</%def>

## Looks at some of them, so many elements behind the first.
<%def name="vector(lanes, at)">
const ${lanes.of(spec.chosen_storage)} index = ${memory.read(lanes, spec.chosen_storage, "__global", f"from + {at}")};
${look(lanes, "index", lanes.splat("here", spec.position), lanes.splat("far_w", spec.position))}
</%def>

<%def name="done()">${"}" * (spec.rank + 1)}</%def>
