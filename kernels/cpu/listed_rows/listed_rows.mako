## rows, for listed windows: an item per band of output rows, a batch of them at a time. The rows of
## the windows of a line are combined into one, in vectors along it. Transposed, vectors hold a
## column of every line of the batch, and each output joins its columns.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    The rows of a line's windows are combined in vectors along it; transposed, vectors hold a
    column of every line of a batch, and each output joins its columns.
</%def>
<%namespace name="vectors" file="/cpu/common/private_vectors.mako"/>
<%namespace name="merge" file="/common/merge.mako"/>
<%namespace name="states" file="/cpu/common/private_rows.mako"/>
<%namespace name="transpose" file="/cpu/listed_rows/transpose.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="rows" file="/cpu/common/bands.mako"/>
<%namespace name="batch" file="/cpu/listed_rows/batch.mako"/>
<%namespace name="columns" file="/cpu/listed_rows/batch_join.mako"/>
<%namespace name="output" file="/cpu/listed_rows/batch_output.mako"/>
<%namespace name="private" file="/cpu/listed_rows/private_batch.mako"/>

<%def name="functions()">
// ---- Private rows: reduced lines of a batch, and their transposition.
% for n in widths:
${vectors.vectors(lanes_of(n), spec.index)}
% endfor
${merge.merge(lanes_of(spec.width))}
${states.lines()}
${transpose.transpose(lanes_of(spec.width), spec.accumulator, "")}
% if spec.index:
${transpose.transpose(lanes_of(spec.width), spec.position, "_index")}
% endif
</%def>

<%
    n, position, tile, axes = spec.width, spec.position, spec.tile, spec.axes
    many = lanes_of(n)
    fields = [("value", ""), *((field, "") for field in spec.mode.fields)] + [("index",
        "_index")] * bool(spec.index)
%>
${signature.kernel()}
{
    ${rows.band()}
    const ${position} in_w = g.in_w, out_w = g.out_w;
% if spec.index:
    const ${many.index} steps = ${many.steps(1)};
% endif
    ${private.declare()}
    for (long next = first, batch; next < last; next += batch) {
        uint outer = next / lines;
        const ${position} first_line = next % lines;
        ${items.planes()}
        // Up to ${n} lines: of many planes, or of one where each has lists of its own.
        const long left = (g.list_outer0 || g.list_outer1) ? lines - first_line : last - next;
        batch = (last - next < left) ? last - next : left;
        batch = (batch < ${n}) ? batch : ${n};
        for (${position} ow0 = 0; ow0 < out_w;) {
            ${batch.tile()}
            outer = next / lines;
            ${position} line = first_line;
            for (int lane = 0; lane < batch; line = 0, ++outer) {
                ${items.planes()}
                const int stop = (lines - line < batch - lane) ? lane + (lines - line) : batch;
                for (; lane < stop; ++lane, ++line) {
                    ${items.line()}
                    ${output.line_ends()}
% if spec.mode.divides and spec.ndim > 1:
                    counts[lane] = ${window.divisor(axes[:-1])};
% endif
                    ${batch.vertical()}
                }
            }
            // Columns of the batch become vectors.
            for (int column = 0; column < end - from; column += ${n}) {
% for field, get in fields:
                transpose${get}${n}(kept.${field} + column, ${tile});
% endfor
            }
            for (; ow0 < ow1; ow0 += ${n}) {
                const int some = (ow1 - ow0 < ${n}) ? ow1 - ow0 : ${n};
                ${columns.join()}
                ${output.store_lines()}
            }
            ow0 = ow1;
        }
    }
}
