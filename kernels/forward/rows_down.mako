## rows_down: rows for windows of few lines, without indices. Vectors of the input are combined down
## the lines of the windows, then shuffled and combined along, all in registers. Lines that windows
## share are read again.
<%inherit file="/kernel.mako"/>
<%namespace name="window" file="/windows/sliding.mako"/>
<%namespace name="taps" file="reduce.mako"/>
<%namespace name="items" file="items.mako"/>
<%namespace name="rows" file="rows_common.mako"/>
<%namespace name="out" file="rows_output.mako"/>
<%namespace name="few" file="rows_few.mako"/>
<%namespace name="step" file="rows_down_common.mako"/>
<%namespace name="groups" file="rows_down_shared.mako"/>
<%namespace name="whole" file="rows_down_whole.mako"/>
<%namespace name="horizontal" file="rows_horizontal.mako"/>
<% n, lines, position, stride = spec.width, spec.lines, spec.position, along("w").stride %>
${items.kernel()}
{
    ${rows.share()}
    for (${position} ow0 = 0; ow0 < g.out_w; ow0 += ${spec.tile}) {
        ${horizontal.tile()}
        for (long next = first; next < last;) {
            ${rows.plane()}
            ${rows.readable()}
            for (; line < stop; ++line) {
                ${items.line()}
                ${out.line_ends()}
                ${groups.places()}
                // Whole windows in whole vectors: a loop of its own, so that compilers see no other way
                // to its stores, and leave them as they are.
                if (${whole.fits()}) {
                    ${whole.lines()}
                }
                const __global ${spec.dtype.storage} *row_of[${lines}];
                int inside = 0;
% for axis in spec.axes[:-1]:
                ${window.taps(axis)}
% endfor
                row_of[inside++] = ${taps.row()} + w0;
${"}" * (spec.rank - 1)}
                for (int vector = 0; vector < columns; vector += ${n}) {
                    const int c = (vector < last_vector) ? vector : last_vector;
                    const ${position} at = c * ${stride}, w1 = w0 + at;
                    state${n} acc = identity${n}();
                    if (inside > 0 && ${step.in_plane("at", "at")}) {
                        ${step.down()}
                        ${step.mask(["v"])}
                        ${step.across("combine")}
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
