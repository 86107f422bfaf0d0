## rows, for listed windows: an item per run of output lines. The rows of a window are combined into
## one row of states, a vector of columns at a time; then each output joins its columns of that.
<%inherit file="/kernel.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="reduce.mako"/>
<%namespace name="output" file="output.mako"/>
<%namespace name="rows" file="rows_common.mako"/>
<%!
    #: So many vectors of columns are combined at once, in registers.
    BLOCK = 8
%>
<%
    n, position = spec.width, spec.position
    one, many = lanes_of(1), lanes_of(n)
    block = range(min(spec.tile // n, BLOCK))
    place = lambda v: f", steps + ({position})(flat_row + at{v})" if spec.index else ""
%>
__kernel void ${spec.label}(
    ${output.arguments()})
{
    ${rows.share()}
    const ${position} in_w = g.in_w, out_w = g.out_w;
% if spec.index:
    const ${many.index} steps = ${many.steps(1)};
% endif
    state_row kept;
    for (long next = first; next < last;) {
        ${rows.plane()}
        for (; line < stop; ++line) {
            ${output.line()}
            for (${position} ow0 = 0; ow0 < out_w;) {
                // Columns `from` to `end` hold the windows of outputs ow0 to ow1.
                ${window.start("w", "ow0")}
                const ${position} from = (w0 < in_w - ${n}) ? w0 : in_w - ${n};
                ${position} end = w1;
                ${position} ow1 = (in_w <= ${spec.tile}) ? out_w - 1 : ow0 + 1;
                for (; ow1 < out_w; ++ow1) {
                    ${window.start("w", "ow1")}
                    if (w1 - from > ${spec.tile}) break;
                    end = w1;
                }
                const int last_vector = (end - from < ${n}) ? 0 : end - from - ${n};
                for (int column = 0; column < end - from; column += ${len(block) * n}) {
% for v in block:
                    const int at${v} = (column + ${v * n} < last_vector) ? column + ${v * n} : last_vector;
                    state${n} part${v} = identity${n}();
% endfor
% for axis in spec.axes[:-1]:
                    ${window.taps(axis)}
% endfor
                    const ${position} w = from;
                    const __global ${spec.dtype.storage} *row = ${taps.row()} + w;
% if spec.index:
                    const ${position} flat_row = ${taps.flat()};
% endif
% for v in block:
                    part${v} = combine${n}(part${v}, tap${n}(${taps.lifted(many, f"row + at{v}")}${place(v)}));
% endfor
                    ${"}" * (spec.rank - 1)}
% for v in block:
                    put_state${n}(&kept, at${v}, part${v});
% endfor
                }
                for (; ow0 < ow1; ++ow0) {
                    ${window.start("w", "ow0")}
                    state1 acc = identity1();
                    for (${position} w = w0; w < w1; ++w) acc = merge1(acc, get_state1(&kept, w - from));
                    ${output.count(one, spec.axes)}
                    ${output.emit(one, "acc", "y_row + ow0", "count")}
                }
            }
        }
    }
}
