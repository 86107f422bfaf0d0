## rows_covering: the gradients of windows that slide, an item per band of rows of the result. The
## CPU shape, for channels-first. Every row of what is read is kept as accumulators among zeros, so
## that the windows of a vector of elements that lie a stride apart are the same vectors for each of
## them.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    Rows of output gradients are kept among zeros, so that elements a stride apart sum the same
    vectors of them, in the order of their windows.
</%def>
<%namespace name="vectors" file="/cpu/common/private_vectors.mako"/>
<%namespace name="window" file="/windows/covering.mako"/>
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="rows" file="/cpu/common/bands.mako"/>
<%namespace name="kept_rows" file="/cpu/gradient_rows/kept_rows.mako"/>
<%namespace name="kept_types" file="/cpu/gradient_rows/kept_types.mako"/>
<%namespace name="flow" file="/cpu/gradient_rows/flow.mako"/>
<%namespace name="ahead" file="/common/prefetch.mako"/>

<%def name="functions()">
// ---- Private rows: output gradients, and what is read beside them.
% for n in widths:
${vectors.vectors(lanes_of(n), "indices" in spec.mode.inputs)}
% endfor
${kept_types.types()}
</%def>

<%
    n, stride, many = spec.width, along("w").stride, lanes_of(spec.width)
    block, phases = n * stride, range(stride)
%>
${signature.kernel()}
{
    ${rows.band()}
    kept_row kept[${kept.slots}];
% if spec.mode.refuses:
    int astray = 0;
% endif
    for (${spec.position} ow0 = 0; ow0 < g.out_w; ow0 += ${spec.tile * stride}) {
        ${kept_rows.tile()}
        for (long next = first; next < last;) {
            ${rows.plane()}
% if spec.ndim > 1:
            ${spec.position} next_h = -1;
% endif
            for (; line < stop; ++line) {
                ${items.line()}
                ${kept_rows.keep()}
                // The kept rows of the windows that cover this line.
                const kept_row *window_rows[${kept.slots}];
                int row_count = 0;
% for axis in spec.axes[:-1]:
                ${window.taps(axis)}
% endfor
                window_rows[row_count++] = ${plus("kept", kept_rows.slot())};
${"}" * (spec.ndim - 1)}
                __global ${spec.out.storage} *to = y + g.y_offset + y_row + ow0;
                for (int c = 0; c < columns; c += ${block}) {
                    if (overlap && c + ${block} > columns) c = columns - ${block};
                    const int at = ${over("c", stride)};
                    ${ahead.write("to + c", spec.out.size, block)}
                    ${flow.element()}
% for phase in phases:
                    state${n} acc${phase} = identity${n}();
% endfor
                    // Sums what flows from each row, by phases of the stride.
                    for (int number = 0; number < row_count; ++number) {
                        const kept_row *from = window_rows[number];
% for phase in phases:
                        ${flow.phase(phase)}
% endfor
                    }
                    // Interleaves the phases.
% for number in phases:
                    store_first${n}(${plus("to + c", number * n)}, ${dialect.interleave(many.value,
                        n, [f"acc{phase}.value" for phase in phases],
                        number)}, ${plus("columns - c", -number * n)});
% endfor
                }
            }
        }
    }
% if spec.mode.refuses:
    if (astray) *refused = 1;
% endif
}
