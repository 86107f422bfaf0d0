## group: several items per output, or per vector of channels of one, that share the taps; of few
## outputs several groups, whose states a second kernel joins.
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
<%namespace name="portions" file="/gpu/team_portions.mako"/>
<%namespace name="joins" file="/gpu/team_tree.mako"/>

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
<% every = "(uint)g.blocks" + " * (uint)g.portions" * spec.in_portions %>\
    const int exists = get_global_id(1) < ${every};
    const uint item = exists ? get_global_id(1) : 0;
% endif
% if spec.in_portions:
    const uint number = quotient(item, g.factor_portions, g.shift_portions);
    const uint portion = item - number * (uint)g.portions;
% endif
    ${flat.places("number" if spec.in_portions else "item")}
% if not spec.whole_planes:
%   for axis in spec.axes:
    ${window.start(axis, "o" + axis)}
    ${window.valid(axis)}
%   endfor
% endif
    ${shares.share(lanes, members)}
    ${joins.tree(lanes, "acc0", members, teams, last)}
% if spec.in_portions:
    if (member == 0 && exists) {
        ${portions.store(lanes, "item", "get_global_id(0)")}
    }
% else:
    if (member == 0 && exists) {
        ${joins.store(lanes)}
    }
% endif
}
% if spec.in_portions:

// Joins the states of the portions of each output.
${signature.kernel("_joined")}
{
    ${portions.read(lanes, members)}
% if not spec.whole_planes:
%   for axis in spec.axes:
    ${window.start(axis, "o" + axis)}
%   endfor
% endif
    ${joins.tree(lanes, "acc0", members, 1, last)}
    if (member == 0) {
        ${joins.store(lanes)}
    }
}
% endif
