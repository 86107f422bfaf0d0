## rows_down: rows for windows of few lines, without indices. Vectors of the input are combined down
## the lines of the windows, then shuffled and combined along, all in registers. Lines that windows
## share are read again.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    Vectors of the input are combined down the lines of the windows, then shuffled and combined
    along them, all in registers; rows that output lines share are read once.
</%def>
<%namespace name="vectors" file="/cpu/common/private_vectors.mako"/>
<%namespace name="nan" file="/cpu/register_rows/nan_fallback.mako"/>
<%namespace name="boundary" file="/cpu/common/boundary.mako"/>
<%namespace name="window" file="/windows/sliding.mako"/>
<%namespace name="taps" file="/common/tap.mako"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="rows" file="/cpu/common/bands.mako"/>
<%namespace name="out" file="/cpu/rows/output.mako"/>
<%namespace name="few" file="/cpu/rows/short_row.mako"/>
<%namespace name="step" file="/cpu/register_rows/steps.mako"/>
<%namespace name="groups" file="/cpu/register_rows/shared_rows.mako"/>
<%namespace name="fits" file="/cpu/register_rows/fits.mako"/>
<%namespace name="whole" file="/cpu/register_rows/whole.mako"/>
<%namespace name="horizontal" file="/cpu/rows/horizontal.mako"/>

<%def name="functions()">
// ---- Vectors of rows: their edges, and the look for NaN.
% for n in widths:
${vectors.functions(lanes_of(n))}
% endfor
% if spec.nan_fallback:
${nan.functions(lanes_of(spec.width))}
% endif
${boundary.within_row(lanes_of(spec.width))}
% if spec.mode.fields:
${boundary.columns(lanes_of(spec.width))}
% endif
</%def>

<% n, lines, position, stride = spec.width, spec.lines, spec.position, along("w").stride %>
${signature.kernel()}
{
    ${rows.band()}
    for (${position} ow0 = 0; ow0 < g.out_w; ow0 += ${spec.tile}) {
        ${horizontal.tile()}
        for (long next = first; next < last;) {
            ${rows.plane()}
            ${rows.readable()}
            for (; line < stop; ++line) {
                ${items.line()}
                ${out.line_ends()}
                ${groups.places()}
                // Whole windows in whole vectors: a loop of its own, so that compilers \
                    see no other way
                // to its stores, and leave them as they are.
                if (${fits.whole()}) {
                    ${whole.lines()}
                }
                // Windows at edges, and lines with a NaN: the rows that are inside the input.
                const __global ${spec.dtype.storage} *row_of[${lines}];
                int inside = 0;
% for axis in spec.axes[:-1]:
                ${window.taps(axis)}
% endfor
                row_of[inside++] = ${taps.row()} + w0;
${"}" * (spec.ndim - 1)}
                for (int vector = 0; vector < columns; vector += ${n}) {
                    const int c = (vector < last_vector) ? vector : last_vector;
                    const ${position} at = ${times("c", stride)}, w1 = w0 + at;
                    state${n} acc = identity${n}();
                    if (inside > 0 && ${step.in_plane("at", "at")}) {
                        // Combines down the rows, then along them.
                        ${step.down()}
                        ${step.mask(["v"])}
                        ${step.across("combine")}
                    // Row by row where vectors would leave memory.
                    } else for (int number = 0; number < inside; ++number) {
                        const __global ${spec.dtype.storage} *row = row_of[number] - w0;
                        ${few.windows("apart")}
                        acc = number ? combine${n}(acc, part) : part;
                    }
                    ${out.emit()}
                }
            }
        }
    }
}
