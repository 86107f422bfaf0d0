## rows with indices: horizontally first, then vertically, which keeps the first of equal taps in
## row-major order. One row of states accumulates while the input rows pass through the buffer.
<%inherit file="/kernel.mako"/>
<%namespace name="window" file="/windows/sliding.mako"/>
<%namespace name="taps" file="reduce.mako"/>
<%namespace name="output" file="output.mako"/>
<%namespace name="rows" file="rows_common.mako"/>
<% n, row, many = spec.width, along("w"), lanes_of(spec.width) %>
__kernel void ${spec.label}(
    ${output.arguments()})
{
    ${rows.band()}
    ${spec.accumulator} buffer[${rows.buffer_length()}];
    ${spec.accumulator} best[${spec.tile}];
    ${spec.position} where[${spec.tile}];
    const ${many.index} steps = ${many.steps(row.stride)};
    for (${spec.position} ow0 = 0; ow0 < g.out_w; ow0 += ${spec.tile}) {
        ${rows.tile()}
        // Only the columns inside the input are written again: the rest stays padding.
        for (int c = 0; c < span; c += ${n}) put${n}(buffer + c, identity${n}().value);
        for (${spec.position} line = first_line; line < last_line; ++line) {
            ${output.line()}
            for (int c = 0; c < columns; c += ${n}) {
                put${n}(best + c, identity${n}().value);
                put_index${n}(where + c, identity${n}().index);
            }
% for axis in spec.axes[:-1]:
            ${window.taps(axis)}
% endfor
            const __global ${spec.dtype.storage} *row = ${taps.row()} + w0;
            int in = begin;
            for (; in + ${n} <= end; in += ${n}) put${n}(buffer + in, ${taps.lifted(lanes_of(n), "row + in")});
            for (; in < end; ++in) buffer[in] = ${taps.lifted(lanes_of(1), "row + in")};
            const ${spec.position} w = 0;
            const ${spec.position} flat_row = ${taps.flat()};
            for (int c = 0; c < columns; c += ${n}) {
                state${n} acc = identity${n}();
                for (int kw = 0; kw < ${row.kernel}; ++kw) {
                    const int tap = c * ${row.stride} + kw * ${row.dilation};
                    const ${many.index} column = steps + (w0 + tap);
                    const ${many.index} inside = (column >= 0) & (column < (${spec.position})g.in_w);
                    const ${many.index} flat = inside ? column + flat_row : -1;
                    acc = combine${n}(acc, tap${n}(every${n}(buffer + tap), flat));
                }
                acc = combine${n}(tap${n}(get${n}(best + c), get_index${n}(where + c)), acc);
                put${n}(best + c, acc.value);
                put_index${n}(where + c, acc.index);
            }
${"}" * (spec.rank - 1)}
            for (int c = 0; c < columns; c += ${n}) {
                const state${n} acc = tap${n}(get${n}(best + c), get_index${n}(where + c));
                ${rows.emit()}
            }
        }
    }
}
