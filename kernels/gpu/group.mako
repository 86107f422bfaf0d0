## group: one work-group per output, or per few channels of it. The GPU shape for windows of
## many taps: the items share the taps, and a tree joins what they found.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    The items of a work-group share the taps of an output's window; a tree in local memory joins
    what they found.
</%def>
<%namespace name="merge" file="/common/merge.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="/common/window_loop.mako"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="output" file="/common/output.mako"/>

<%def name="functions()">
// ---- Joining: of what the items of a work-group found.
${merge.merge(lanes_of(1))}
</%def>

<% one, position, many = lanes_of(1), spec.position, group_items %>
${items.kernel()}
{
    const uint column = get_local_id(0), item = get_local_id(1);
    const ${position} channel = get_global_id(0);
    const ${position} number = get_global_id(1) / ${spec.tile};
    const ${position} line = number / (${position})g.out_w;
    const ${position} ow = number % (${position})g.out_w;
    const uint outer = get_global_id(2);
    ${items.planes()}
    // The channels are rounded up to whole groups; who has none helps, but stores nothing.
    plane += (channel < g.inner) ? channel : 0;
    ${items.line()}
    ${window.start("w", "ow")}
% for axis in spec.axes:
    ${window.valid(axis)}
% endfor
    const ${position} all = ${" * ".join(f"n_{axis}" for axis in spec.axes)};
    // Every ${spec.tile}th tap, from the item's own on.
    state1 acc = identity1();
    for (${position} tap = item; tap < all; tap += ${spec.tile}) {
        const ${position} w = ${window.place("w", "tap % n_w")};
% if spec.ndim > 1:
        const ${position} h = ${window.place("h", "tap / n_w % n_h")};
% endif
% if spec.ndim > 2:
        const ${position} d = ${window.place("d", "tap / n_w / n_h")};
% endif
        const __global ${spec.dtype.storage} *row = ${taps.row()};
        acc = combine1(acc, ${taps.tap(one, f"row + w * ({position})g.x_w")});
    }
    // The tree.
    __local state1 found[${many}];
    for (uint apart = ${spec.tile // 2}; apart > 0; apart /= 2) {
        found[${times("item", many // spec.tile)} + column] = acc;
        barrier(CLK_LOCAL_MEM_FENCE);
        if (item < apart) acc = ${merge.merging(one)}(acc, found[${times("(item + apart)",
            many // spec.tile)} + column]);
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (item == 0 && channel < g.inner) {
        ${output.count(one, spec.axes)}
        ${output.emit(one, "acc", "y_row + ow * g.y_w + channel", "count")}
    }
}
