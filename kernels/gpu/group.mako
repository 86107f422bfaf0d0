## group: several items per output, or per vector of channels of one, that share the taps.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    The items of a team share the taps of an output's window, several loads at a time; a tree in
    local memory joins what they found.
</%def>
<%namespace name="merge" file="/common/merge.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="flat" file="/gpu/flat_item.mako"/>
<%namespace name="shares" file="/gpu/team.mako"/>
<%namespace name="output" file="/common/output.mako"/>

<%def name="functions()">
// ---- Blocks: where they lie.
${flat.functions()}
// ---- Joining: of what the items of a team found.
${merge.merge(lanes_of(spec.width))}
</%def>

<%
    last, lanes, position = spec.layout == "last", lanes_of(spec.width), spec.position
    members, teams = spec.tile, spec.thresholds.group_items // spec.tile
    own, beside = (1, 0) if last else (0, 1)
%>
${signature.kernel()}
{
    const uint member = get_local_id(${own}), team = get_local_id(${beside});
% if last:
    const uint item = get_global_id(1) / ${members};
    // Who has no channels helps, but stores nothing.
    const int exists = get_global_id(0) * ${spec.width} < (uint)g.inner;
    const ${position} channel = exists ? (${position})get_global_id(0) * ${spec.width} : 0;
% else:
    // Who has no output helps, but stores nothing.
    const int exists = get_global_id(1) < (uint)g.blocks;
    const uint item = exists ? get_global_id(1) : 0;
% endif
    ${flat.places("item")}
% if not spec.whole_planes:
%   for axis in spec.axes:
    ${window.start(axis, "o" + axis)}
    ${window.valid(axis)}
%   endfor
% endif
    ${shares.share(lanes, members)}
    // The tree.
    __local state${lanes.n} found[${members * teams}];
    const uint slot = ${f"member * {teams} + team" if last else f"team * {members} + member"};
    state${lanes.n} acc = acc0;
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
    if (member == 0 && exists) {
        const ${spec.offset} at = y_plane${"".join(f" + o{axis} * g.y_{axis}"
            for axis in spec.axes[:-1])} + ow * g.y_w;
% if spec.whole_planes and spec.mode.divides and spec.divisor != "given":
        const ${lanes.value} count = ${lanes.splat("n_w", spec.accumulator)};
% else:
        ${output.count(lanes, spec.axes)}
% endif
        ${output.emit(lanes, "acc", "at", "count")}
    }
}
