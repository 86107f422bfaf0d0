## How indices are looked at, which should be taps of their own windows: the first tap of each is
## `first`, the last ones lie `far` behind it on each axis, or -1 where there is none.
## in: refused; plane, od, oh, ow for element(), plane and the row's outputs for line().
## out: right and beyond of the width, which end() reads.
<%namespace name="memory" file="/common/access.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="ahead" file="/common/prefetch.mako"/>

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

## Looks at the windows whose first tap is the element at hand.
<%def name="element(lanes)">
{
    ${begin(lanes)}
% for axis in spec.axes:
    ${window.taps(axis, window.begun(axis))}
    ${window.own(axis, axis)}
% endfor
    ${vector(lanes, "g.x_w * w")}
    ${"}" * spec.ndim}
    ${end(lanes)}
}
</%def>

## Looks at those whose first tap lies in the line at hand, along the channels.
<%def name="line(lanes)">
{
    ${begin(lanes)}
% for axis in spec.axes[:-1]:
    ${window.taps(axis, window.begun(axis))}
    ${window.own(axis, axis)}
% endfor
    for (${spec.position} w = 0; w < g.in_w; ++w) {
        ${window.own("w", "w")}
        if (far_w < 0) continue;
        for (int channel = 0; channel < g.inner; channel += ${lanes.n}) {
            if (channel + ${lanes.n} > g.inner) channel = g.inner - ${lanes.n};
            ${vector(lanes, "g.x_w * w + channel", asks=True)}
        }
    }
    ${"}" * (spec.ndim - 1)}
    ${end(lanes)}
}
</%def>

## Those at `at`, in the row of windows at hand; those that are looked at later are asked for, where
## it is said.
<%def name="vector(lanes, at, asks=False)"><%
    axes, position = spec.axes[:-1], spec.position
    row = "".join(f" + {axis} * g.x_{axis}" for axis in axes)
    first = f"({position})g.origin + first_w" + "".join(
        f" + first_{axis} * ({position})g.flat_{axis}" for axis in axes)
    place = f"x_plane{row} + {at}" if spec.block else f"(plane{row} + {at} - x)"
    address = f"indices + g.indices_shift + {place}"
%>
% if asks:
${ahead.read(address, lanes.n, scalar_size(spec.input_index_storage))}
% endif
% if spec.block:
const ${lanes.index} index = load_index${lanes.n}(${address});
% else:
const ${lanes.of(spec.input_index_storage)} index = ${memory.read(lanes, spec.input_index_storage,
    "__global", address)};
% endif
${look(lanes, "index", lanes.splat(first, spec.position), lanes.splat("far_w", spec.position))}
</%def>
