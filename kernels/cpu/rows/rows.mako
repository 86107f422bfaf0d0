## rows: an item per band of output rows, one input row at a time. The CPU shape, for channels-
## first. Rows are reduced horizontally, each once, and kept while windows of later lines share
## them; then vertically. So of equal taps the first in row-major order stays.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    Every input row is reduced along its windows once and kept in private memory while windows
    of later lines share it; an output line combines the kept rows of its windows.
</%def>
<%namespace name="vectors" file="/cpu/common/private_vectors.mako"/>
<%namespace name="states" file="/cpu/common/private_rows.mako"/>
<%namespace name="window" file="/windows/sliding.mako"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="rows" file="/cpu/common/bands.mako"/>
<%namespace name="out" file="/cpu/rows/output.mako"/>
<%namespace name="horizontal" file="/cpu/rows/horizontal.mako"/>
<%namespace name="reduced" file="/cpu/rows/reduced.mako"/>

<%def name="functions()">
// ---- Private rows: reduced rows of the input, taps beside it replaced by the identity.
% for n in widths:
${vectors.functions(lanes_of(n))}
% endfor
${states.rows()}
</%def>

<% n = spec.width %>
${signature.kernel()}
{
    ${rows.band()}
    ${horizontal.scratch()}
    // Reduced rows; the last slot holds nothing.
    state_row kept[${spec.slots + 1}];
    const int used = ${rows.used()};
    for (int c = 0; c + ${n} <= used; c += ${n}) \
        put_state${n}(kept + ${spec.slots}, c, identity${n}());
    for (${spec.position} ow0 = 0; ow0 < g.out_w; ow0 += ${spec.tile}) {
        ${horizontal.tile()}
        ${horizontal.inside()}
        for (long next = first; next < last;) {
            ${rows.plane()}
            ${rows.readable()}
            ${spec.position} holds[${spec.slots}];
            for (int slot = 0; slot < ${spec.slots}; ++slot) holds[slot] = -1;
            for (; line < stop; ++line) {
                ${items.line()}
                ${out.line_ends()}
                // Rows outside of the input are those of the last slot, which hold nothing.
                const state_row *window_rows[${spec.lines}];
                int row_count = 0;
% for axis in spec.axes[:-1]:
                ${window.taps(axis)}
% endfor
                const int slot = ${rows.slot()};
                const ${spec.position} here = ${rows.row_number()};
                window_rows[row_count++] = kept + slot;
                // A row that is not kept is reduced along its windows.
                if (holds[slot] != here) {
                    holds[slot] = here;
                    ${reduced.row()}
                }
${"}" * (spec.ndim - 1)}
                for (; row_count < ${spec.lines}; ++row_count) window_rows[row_count] = kept \
                    + ${spec.slots};
                // Combines the rows of the windows.
                ${rows.vectors("0", "last_vector")}
                    state${n} acc = get_state${n}(window_rows[0], c);
<% state = lambda tap: f"get_state{n}(window_rows[{tap}], c)" %>\
                    ${rows.each("tap", spec.lines,
                        lambda tap: f"acc = {rows.combine_ordered()}(acc, {state(tap)});")}
                    ${out.emit()}
                }
            }
        }
    }
}
