## rows: one item per band of output rows of a plane. The CPU shape, for channels-first values.
## Vertically first, one input row per sweep, into a row buffer padded with the identity, so there
## is no border code; then horizontally out of the buffer.
<%inherit file="/kernel.mako"/>
<%namespace name="window" file="/windows/sliding.mako"/>
<%namespace name="taps" file="reduce.mako"/>
<%namespace name="output" file="output.mako"/>
<%namespace name="rows" file="rows_common.mako"/>
<% n, row = spec.width, along("w") %>
__kernel void ${spec.label}(
    ${output.arguments()})
{
    ${rows.band()}
    ${spec.accumulator} buffer[${rows.buffer_length()}];
    for (${spec.position} ow0 = 0; ow0 < g.out_w; ow0 += ${spec.tile}) {
        ${rows.tile()}
        for (${spec.position} line = first_line; line < last_line; ++line) {
            ${output.line()}
            ${rows.line_count()}
            for (int c = 0; c < span; c += ${n}) put${n}(buffer + c, identity${n}().value);
% for axis in spec.axes[:-1]:
            ${window.taps(axis)}
% endfor
            const __global ${spec.dtype.storage} *row = ${taps.row()} + w0;
            int c = begin;
            for (; c + ${n} <= end; c += ${n})
                put${n}(buffer + c, combine${n}(tap${n}(get${n}(buffer + c)), ${taps.tap(lanes_of(n), "row + c")}).value);
            for (; c < end; ++c)
                buffer[c] = combine1(tap1(buffer[c]), ${taps.tap(lanes_of(1), "row + c")}).value;
${"}" * (spec.rank - 1)}
            for (int c = 0; c < columns; c += ${n}) {
                const ${spec.accumulator} *taps = buffer + c * ${row.stride};
                state${n} acc = tap${n}(every${n}(taps));
                for (int kw = 1; kw < ${row.kernel}; ++kw)
                    acc = combine${n}(acc, tap${n}(every${n}(taps + kw * ${row.dilation})));
                ${rows.emit()}
            }
        }
    }
}
