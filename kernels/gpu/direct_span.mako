## direct, several outputs along the row per item: their windows share one span of the row.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    A work-item reduces the windows of neighbouring outputs of a row from one span of every
    input row, which it reads once.
</%def>
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="window" file="/windows/sliding.mako"/>
<%namespace name="taps" file="/common/window_loop.mako"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="single" file="/common/output_item.mako"/>
<%namespace name="output" file="/common/output.mako"/>
<%namespace name="span" file="/gpu/span.mako"/>
<% one, row = lanes_of(1), along("w") %>
${items.kernel()}
{
    ${single.position(f"get_global_id(0) * {spec.width}")}
    ${items.planes()}
    ${items.line()}
    ${window.start("w", "ow")}
    // One state per output.
    state1 acc[${spec.width}];
    ${dialect.unroll()}
    for (int lane = 0; lane < ${spec.width}; ++lane) acc[lane] = identity1();
% for axis in spec.axes[:-1]:
    ${window.taps(axis)}
% endfor
    const __global ${spec.dtype.storage} *row = ${taps.row()};
    ${span.fill()}
    // Reduces the windows from the span.
    ${dialect.unroll()}
    for (int lane = 0; lane < ${spec.width}; ++lane) {
        state1 part = identity1();
        ${dialect.unroll()}
        for (int kw = 0; kw < ${row.kernel}; ++kw) {
            const int tap = ${times("lane", row.stride)} + ${times("kw", row.dilation)};
% if spec.index:
            const ${spec.position} w = w0 + tap;
            const ${spec.position} flat = (w >= 0 && w < (${spec.position})g.in_w) \
                ? ${taps.flat()} : -1;
% endif
% if spec.mode.fields:
            // Beside the row the span holds the identity's value, which a tap may have, too.
            if (w0 + tap < 0 || w0 + tap >= (${spec.position})g.in_w) continue;
% endif
            part = combine1(part, tap1(span[${plus("tap", spec.alignment_phase
                or 0)}]${", flat" if spec.index else ""}));
        }
        acc[lane] = combine1(acc[lane], part);
    }
${"}" * (spec.ndim - 1)}
    // Finalizes and stores the outputs.
    ${one.value} result[${spec.width}];
    ${dialect.unroll()}
    for (int lane = 0; lane < ${spec.width}; ++lane) {
% if spec.mode.divides:
        ${window.start("w", "ow + lane")}
        ${output.count(one, spec.axes)}
% endif
        result[lane] = ${output.finalized(one, "acc[lane]", "count")};
    }
    ${span.store()}
}
