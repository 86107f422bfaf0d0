## How indices are looked at, which should be taps of their own windows: the first tap of each is
## `first`, the last ones lie `far` behind it on each axis, or -1 where there is none.
## in: refused.
## out: right and beyond of the width, which end() reads.
<%namespace name="memory" file="/common/access.mako"/>

## Whether indices are wider than positions.
<%def name="narrowed()"><%
    return spec.input_index == "int64" and not spec.wide and not spec.block
%></%def>

## Declares what is known of the indices looked at so far: which lanes are right, and what no
## position has.
<%def name="begin(lanes)">
${lanes.index_mask} right${lanes.n} = ${lanes.splat("-1", spec.position) if lanes.n > 1 else -1};
% if narrowed():
${lanes.of("ulong")} beyond${lanes.n} = 0;
% endif
</%def>

## Looks at indices as they are read.
<%def name="look(lanes, index, first, far)"><%
    rows = "".join(f", far_{axis}, {times(f'g.flat_{axis}', max(along(axis).dilation, 1))}"
        for axis in spec.axes[:-1])
%>
<% place = index if spec.block else memory.convert(lanes, spec.position, index) %>\
right${lanes.n} &= leads${lanes.n}(${place}, ${first}, ${far}${rows});
% if narrowed():
beyond${lanes.n} |= ${memory.convert(lanes, "ulong", index)};
% endif
</%def>

## Whether the windows of a line have no tap in any of their columns.
<%def name="none()" buffered="True" filter="trim">
    (${atom(" | ".join(f"far_{axis}" for axis in spec.axes[:-1]) or "0")} < 0)
</%def>

## Whether an index was none of the taps.
<%def name="wrong(lanes)" buffered="True" filter="trim"><%
    lane_of = lambda name, lane: f"{name}{lanes.n}" + f".s{lane:x}" * (lanes.n > 1)
    every = lambda name, by: atom(f" {by} ".join(lane_of(name, lane) for lane in range(lanes.n)))
%>(!${every("right", "&")}${f" | ({every('beyond', '|')} >> 31 != 0)" if narrowed() else ""})</%def>

<%def name="end(lanes)">if (${wrong(lanes)}) *refused = 1;</%def>
