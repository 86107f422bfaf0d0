## rows, channels-last: one item per band of output rows, vectors along the channels.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    Windows are reduced tap by tap in vectors along the channels, which lie innermost.
</%def>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="/common/window_loop.mako"/>
<%namespace name="walk" file="/common/index_walk.mako"/>
<%namespace name="vectors" file="/cpu/channels_last/vectors.mako"/>
<%namespace name="ahead" file="/common/prefetch.mako"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="output" file="/common/output.mako"/>
<%namespace name="divided" file="/cpu/channels_last/divided.mako"/>
<%namespace name="rows" file="/cpu/common/bands.mako"/>
<%
    n, lanes, at = spec.width, lanes_of(spec.width), "y_row + ow * g.y_w + channel"
    gathers, late = spec.window == "covering", n > 1 and divided.late()
    alone = n == 1 or not set(spec.mode.inputs) <= {"power", "indices", "count" if late else ""}
    fitting = [many for many in spec.thresholds.channel_vectors
        if many == spec.thresholds.channel_vectors[-1]
        or many * n * spec.state_size <= spec.thresholds.channel_bytes]
    blocks = [] if alone else fitting + [1] * late
%>
${signature.kernel()}
{
    ${rows.band()}
% if blocks and not gathers:
    ${ahead.further("g.x_w")}
% endif
% if late:
    int summed = g.inner;
% endif
    for (long next = first; next < last;) {
    ${rows.plane()}
    const __global ${spec.dtype.storage} *base = plane;
    for (; line < stop; ++line) {
        ${items.line()}
% if spec.mode.refuses:
        ${walk.line(lanes)}
% endif
% if late:
        ${divided.begin(lanes)}
% endif
        for (${spec.position} ow = 0; ow < g.out_w; ++ow) {
            ${window.start("w", "ow")}
            int channel = 0;
% for many in blocks:
            // ${f"{many} vectors" if many > 1 else "A vector"} of channels at once.
            ${vectors.each(many, "summed" if late else "g.inner")}
% if gathers:
                ## Results are most of the bytes moved: they are prefetched, inputs are not.
                ${ahead.write(f"y + g.y_offset + {at}", spec.out.size, many * n)}
% endif
                ${vectors.reduce(lanes, many, gathers, late)}
% if late:
                ${divided.divide(lanes, many)}
% endif
                ${output.count(lanes, spec.axes)}
%   for v in range(many):
                ${output.emit(lanes, f"acc{v}", plus(at, v * n), "count")}
%   endfor
            }
% endfor
            // What is left of the channels.
            ${vectors.each(1, "g.inner")}
                ${taps.reduce(lanes, at)}
                ${output.count(lanes, spec.axes)}
                ${output.emit(lanes, "acc", at, "count")}
            }
        }
% if late:
        ${divided.end(lanes)}
% endif
    }
    }
}
