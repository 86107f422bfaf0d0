## Whether the indices that are read are taps of their own windows. The first tap of each is `first`, and
## the last ones lie `far` behind it on each axis; `far` is -1 where there is none.
<%namespace name="memory" file="/memory.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%!
    #: So many taps of an axis are told apart one by one.
    FEW = 16
%>

## Whether indices are wider than positions.
<%def name="narrowed()"><% return spec.chosen == "int64" and not spec.wide %></%def>

<%def name="functions(lanes)"><%
    n, unsigned = lanes.n, "u" + spec.position
    behind = f"{memory.convert(lanes, unsigned, 'index')} - {memory.convert(lanes, unsigned, 'first')}"
    far, gap = memory.convert(lanes, unsigned, "far_w"), along("w").dilation
%>
// The lesser of two distances, of which one is a step less, or less than nothing and so more than any.
static ${lanes.of(unsigned)} nearer${n}(const ${lanes.of(unsigned)} behind, const ${unsigned} step)
{
    const ${lanes.of(unsigned)} next = behind - step;
    return (next < behind) ? next : behind;
}

// Whether indices are taps: what is left of their distances from the first one, whole rows taken off.
static ${lanes.index_mask} leads${n}(const ${lanes.index} index, const ${lanes.index} first, const ${lanes.index} far_w${"".join(f", const {spec.position} far_{axis}, const {unsigned} step_{axis}" for axis in spec.axes[:-1])})
{
    ${lanes.of(unsigned)} behind = ${behind};
% for axis in spec.axes[:-1]:
<% row = along(axis) %>\
%   if spec.window == "covering" and row.kernel <= FEW:
%     for tap in range(1, row.kernel):
    behind = nearer${n}(behind, (far_${axis} >= ${tap * row.dilation}) ? step_${axis} : 0);
%     endfor
%   else:
    for (${spec.position} tap = ${max(row.dilation, 1)}; tap <= far_${axis}; tap += ${max(row.dilation, 1)}) behind = nearer${n}(behind, step_${axis});
%   endif
% endfor
% if gap > 1:
    return (behind <= ${far}) & (behind % ${gap} == 0);
% else:
    return behind <= ${far};
% endif
}
</%def>

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

## Where windows are found by the element at hand: it looks if it is their first tap.
<%def name="by_element(lanes, pixel, many=1)">
{
% for axis in spec.axes:
    ${window.own(axis, axis)}
% endfor
    if (${" && ".join(f"first_{axis} == o{axis}" for axis in spec.axes)}) {
        for (int v = 0; v < ${many}; ++v) {
            const ${lanes.of(spec.chosen_storage)} index = ${memory.read(lanes, spec.chosen_storage, "__global", f"chosen + g.chosen_shift + ({pixel} - x) + v * {lanes.n}")};
            ${look(lanes, "index", lanes.splat("here", spec.position), lanes.splat("far_w", spec.position))}
        }
    }
}
</%def>
