## rows, for listed windows: an item per run of output lines, a batch of them at a time. The rows of
## the windows of a line are combined into one, in vectors along it. Transposed, vectors hold a column
## of every line of the batch, and each output joins its columns.
<%inherit file="/kernel.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="reduce.mako"/>
<%namespace name="output" file="output.mako"/>
<%namespace name="rows" file="rows_common.mako"/>
<%namespace name="out" file="rows_output.mako"/>
<%!
    #: So many vectors of columns are combined at once, in registers.
    BLOCK = 8
%>
<%
    n, position, tile, axes = spec.width, spec.position, spec.tile, spec.axes
    one, many = lanes_of(1), lanes_of(n)
    block = range(min(tile // n, BLOCK))
    parts = [("value", ""), *((part, "") for part in spec.mode.parts)] + [("index", "_index")] * bool(spec.index)
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
    long y_rows[${n}];
    ${spec.accumulator} values[${n * n}];
% if spec.index:
    ${position} places[${n * n}];
% endif
% if spec.mode.divides:
    ${spec.accumulator} counts[${n}];
    for (int lane = 0; lane < ${n}; ++lane) counts[lane] = 1;
% endif
    for (long next = first, batch; next < last; next += batch) {
        uint outer = next / lines;
        const ${position} first_line = next % lines;
        ${output.planes()}
        // Up to ${n} lines: of many planes, or of one where each has lists of its own.
        const long left = (g.list_outer0 || g.list_outer1) ? lines - first_line : last - next;
        batch = (last - next < left) ? last - next : left;
        batch = (batch < ${n}) ? batch : ${n};
        for (${position} ow0 = 0; ow0 < out_w;) {
            // Columns `from` to `end` hold the windows of outputs ow0 to ow1.
            ${window.start("w", "ow0")}
            const ${position} from = (w0 < in_w - ${n}) ? w0 : in_w - ${n};
            ${position} end = w1, ow1 = (in_w <= ${tile}) ? out_w - 1 : ow0 + 1;
            for (; ow1 < out_w; ++ow1) {
                ${window.start("w", "ow1")}
                if (w1 - from > ${tile}) break;
                end = w1;
            }
            const int last_vector = (end - from < ${n}) ? 0 : end - from - ${n};
            outer = next / lines;
            ${position} line = first_line;
            for (int lane = 0; lane < batch; ++lane, ++line) {
                outer += line == lines;
                line = (line == lines) ? 0 : line;
                ${output.planes()}
                ${output.line()}
                y_rows[lane] = y_row;
% if spec.mode.divides and spec.rank > 1:
                counts[lane] = ${window.divisor(axes[:-1])};
% endif
                for (int column = 0; column < end - from; column += ${len(block) * n}) {
% for v in block:
                    const int at${v} = (column + ${v * n} < last_vector) ? column + ${v * n} : last_vector;
                    state${n} part${v} = identity${n}();
% endfor
% for axis in axes[:-1]:
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
                    put_state${n}(&kept, lane * ${tile} + at${v}, part${v});
% endfor
                }
            }
            for (int column = 0; column < end - from; column += ${n}) {
% for part, get in parts:
                transpose${get}${n}(kept.${part} + column, ${tile});
% endfor
            }
            for (; ow0 < ow1; ow0 += ${n}) {
                const int some = (ow1 - ow0 < ${n}) ? ow1 - ow0 : ${n};
                for (int out = 0; out < some; ++out) {
                    ${window.start("w", "ow0 + out")}
                    state${n} acc = identity${n}();
                    for (int column = w0 - from; column < w1 - from; ++column) {
                        acc = merge${n}(acc, get_state${n}(&kept, (column & ${n - 1}) * ${tile} + (column & ${-n})));
                    }
% if spec.mode.divides:
                    const ${many.value} count = get${n}(counts)${"" if spec.divisor == "given" else " * " + window.divisor("w")};
% endif
                    put${n}(values + out * ${n}, ${output.finished(many, "acc", "count")});
% if spec.index:
                    put_index${n}(places + out * ${n}, acc.index);
% endif
                }
                ${out.store_lines()}
            }
            ow0 = ow1;
        }
    }
}
