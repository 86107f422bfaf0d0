## rows, channels-last: one item per band of output rows, vectors along the channels.
<%inherit file="/kernel.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="reduce.mako"/>
<%namespace name="output" file="output.mako"/>
<%namespace name="rows" file="rows_common.mako"/>
__kernel void ${spec.label}(
    ${output.arguments()})
{
    ${rows.share()}
    for (long next = first; next < last;) {
    ${rows.plane()}
    const __global ${spec.dtype.storage} *base = plane;
    for (; line < stop; ++line) {
        ${output.line()}
        for (${spec.position} ow = 0; ow < g.out_w; ++ow) {
            ${window.start("w", "ow")}
            int channel = 0;
% for n in sorted({1, spec.width}, reverse=True):
            for (; channel + ${n} <= g.inner; channel += ${n}) {
                const __global ${spec.dtype.storage} *plane = base + channel;
                ${taps.reduce(lanes_of(n), "y_row + ow * g.y_w + channel")}
                ${output.count(lanes_of(n), spec.axes)}
                ${output.emit(lanes_of(n), "acc", "y_row + ow * g.y_w + channel", "count")}
            }
% endfor
        }
    }
    }
}
