## Vectors of channels: loops over them, and what windows of many of them become.
## in: base, channel, and what window.start() leaves.
## out: plane, inside a loop that the caller closes; acc0, acc1, ...
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="/common/tap.mako"/>
<%namespace name="ahead" file="/common/prefetch.mako"/>

## Opens a loop over vectors of channels up to `end`, so many at once so that memory is read along a
## pixel; the caller closes it. The last of single ones lies over some of those before.
<%def name="each(many, end)"><% step = many * spec.width %>
% if many > 1:
for (; channel + ${step} <= ${end}; channel += ${step}) {
% else:
for (; channel < ${end}; channel += ${step}) {
    if (channel + ${step} > ${end}) channel = ${end} - ${step};
% endif
    const __global ${spec.dtype.storage} *plane = base + channel;
</%def>

## Reduces the window at hand for `many` vectors of channels, into acc0, acc1, ...
<%def name="reduce(lanes, many, gathers, late)">
${taps.element(lanes)}
% for v in range(many):
state${lanes.n} acc${v} = identity${lanes.n}();
% endfor
% for axis in spec.axes[:-1]:
${window.taps(axis)}
% endfor
const __global ${spec.dtype.storage} *row = ${taps.row()};
${window.taps("w")}
    const __global ${spec.dtype.storage} *pixel = row + w * (${spec.position})g.x_w;
% if not gathers:
    ${ahead.read("pixel + further", many * lanes.n)}
% endif
% for v in range(many):
    acc${v} = combine${lanes.n}(acc${v}, ${taps.tap(lanes, plus("pixel", v * lanes.n), late)});
% endfor
}
${"}" * (spec.ndim - 1)}
</%def>
