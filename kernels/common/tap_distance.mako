## Whether indices are taps of their own windows: functions for one width.
## in: nothing.
## out: the functions nearer and leads of the width.
<%namespace name="memory" file="/common/access.mako"/>

<%def name="functions(lanes)"><%
    n, unsigned = lanes.n, "u" + spec.position
    behind = " - ".join(memory.convert(lanes, unsigned, name) for name in ("index", "first"))
    far, gap = memory.convert(lanes, unsigned, "far_w"), along("w").dilation
%>
// The lesser of two distances, of which one is a step less, or less than nothing and \
    so more than any.
static ${lanes.of(unsigned)} nearer${n}(const ${lanes.of(unsigned)} behind, const ${unsigned} step)
{
    const ${lanes.of(unsigned)} next = behind - step;
    return (next < behind) ? next : behind;
}

// Whether indices are taps: what is left of their distances from the first one, \
    whole rows taken off.
static ${lanes.index_mask} leads${n}(const ${lanes.index} index, const ${lanes.index} first, \
    const ${lanes.index} far_w${"".join(
        f", const {spec.position} far_{axis}, const {unsigned} step_{axis}"
        for axis in spec.axes[:-1])})
{
    ${lanes.of(unsigned)} behind = ${behind};
% for axis in spec.axes[:-1]:
<% row = along(axis) %>\
%   if spec.window == "covering" and row.kernel <= spec.thresholds.unrolled_checks:
%     for tap in range(1, row.kernel):
    behind = nearer${n}(behind, (far_${axis} >= ${tap * row.dilation}) ? step_${axis} : 0);
%     endfor
%   else:
    for (${spec.position} tap = ${max(row.dilation, 1)}; tap <= far_${axis}; \
        tap += ${max(row.dilation, 1)}) behind = nearer${n}(behind, step_${axis});
%   endif
% endfor
% if gap > 1:
    return (behind <= ${far}) & (behind % ${gap} == 0);
% else:
    return behind <= ${far};
% endif
}
</%def>
