## rows, channels-last: one item per band of output rows, vectors along the channels.
<%inherit file="/kernel.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="reduce.mako"/>
<%namespace name="ahead" file="ahead.mako"/>
<%namespace name="items" file="items.mako"/>
<%namespace name="output" file="output.mako"/>
<%namespace name="rows" file="rows_common.mako"/>
<%!
    #: So many vectors of channels are reduced at once, the more where states lie in so many bytes of
    #: registers. Time over a copy, PoCL 3.0, by fours alone and by eights first: global average of
    #: 56x56x256 0.90 and 0.80, max 13x13 of 28x28x256 2.4 and 2.1.
    MANY, REGISTERS = (8, 4), 1024
%>
<%
    alone = spec.width == 1 or not set(spec.mode.takes) <= {"power"}
    bytes_each = spec.width * spec.state_size
    blocks = [] if alone else [n for n in MANY if n == MANY[-1] or n * bytes_each <= REGISTERS]
%>
## Reduces the window at hand for `many` vectors of channels, into acc0, acc1, ...
<%def name="reduce_many(lanes, many)">
% for v in range(many):
state${lanes.n} acc${v} = identity${lanes.n}();
% endfor
% for axis in spec.axes[:-1]:
${window.taps(axis)}
% endfor
const __global ${spec.dtype.storage} *row = ${taps.row()};
${window.taps("w")}
    const __global ${spec.dtype.storage} *pixel = row + w * (${spec.position})g.x_w;
    ${ahead.read("pixel + further", many * lanes.n)}
% for v in range(many):
    acc${v} = combine${lanes.n}(acc${v}, ${taps.tap(lanes, f"pixel + {v * lanes.n}")});
% endfor
}
${"}" * (spec.rank - 1)}
</%def>

${items.kernel()}
{
    ${rows.share()}
% if blocks:
    ${ahead.further("g.x_w")}
% endif
    for (long next = first; next < last;) {
    ${rows.plane()}
    const __global ${spec.dtype.storage} *base = plane;
    for (; line < stop; ++line) {
        ${items.line()}
        for (${spec.position} ow = 0; ow < g.out_w; ++ow) {
            ${window.start("w", "ow")}
            int channel = 0;
% for many in blocks:
            // Many vectors of one pixel at once, so that memory is read along it.
            for (; channel + ${many * spec.width} <= g.inner; channel += ${many * spec.width}) {
                const __global ${spec.dtype.storage} *plane = base + channel;
                ${reduce_many(lanes_of(spec.width), many)}
                ${output.count(lanes_of(spec.width), spec.axes)}
%   for v in range(many):
                ${output.emit(lanes_of(spec.width), f"acc{v}", f"y_row + ow * g.y_w + channel + {v * spec.width}", "count")}
%   endfor
            }
% endfor
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
