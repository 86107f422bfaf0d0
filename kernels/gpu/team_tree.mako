## From the states of the members of a team to an output.
## in: member, team; y, g, y_plane, ow, oh, od; what window.start() leaves, but of whole planes.
## out: acc of tree().
<%namespace name="merge" file="/common/merge.mako"/>
<%namespace name="output" file="/common/output.mako"/>

<%def name="tree(lanes, state, members, teams, last)">
    // The tree.
    __local state${lanes.n} found[${members * teams}];
<% slot = f"member * {teams} + team" if last else f"team * {members} + member" %>\
    const uint slot = ${slot if teams > 1 or not spec.in_portions else "member"};
    state${lanes.n} acc = ${state};
    found[slot] = acc;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint apart = ${members // 2}; apart > 0; apart /= 2) {
        if (member < apart) {
            acc = ${merge.merging(lanes)}(acc, found[slot + ${times("apart",
                teams) if last else "apart"}]);
            found[slot] = acc;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
</%def>

<%def name="store(lanes)">
        const ${spec.offset} at = y_plane${"".join(f" + o{axis} * g.y_{axis}"
            for axis in spec.axes[:-1])} + ow * g.y_w;
% if spec.whole_planes and spec.mode.divides and spec.divisor != "given":
<% count = " * ".join(f"(({spec.position})g.in_{axis})" for axis in spec.axes) %>\
        const ${lanes.value} count = ${lanes.splat(count if spec.in_portions else "n_w",
            spec.accumulator)};
% else:
        ${output.count(lanes, spec.axes)}
% endif
        ${output.emit(lanes, "acc", "at", "count")}
</%def>
