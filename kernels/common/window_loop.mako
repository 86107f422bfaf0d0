## From the taps of one window to a state, whatever the window and the mode.
## in: x_plane of a flat index, else plane; d0, h0 and w0 of window.start(); od, oh, ow where a map
##     takes the element at hand.
## out: acc of reduce(); loops over row and w of each(), closed by done().
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="one" file="/common/tap.mako"/>

## Reduces the window at hand of `plane` into `acc`, for element `at` of the output: along each row,
## then across rows.
<%def name="reduce(lanes, at)"><%
    pixel = f"row + w * ({spec.position})g.x_w" if spec.layout == "last" else "row + w"
%>
${one.element(lanes, at)}
// Reduces the window along each row, then across rows.
state${lanes.n} acc = identity${lanes.n}();
% for axis in spec.axes[:-1]:
${window.taps(axis)}
% endfor
const ${one.row_type()}row = ${one.row()};
state${lanes.n} part = identity${lanes.n}();
${window.taps("w")}
    part = combine${lanes.n}(part, ${one.tap(lanes, pixel)});
}
acc = combine${lanes.n}(acc, part);
${"}" * (spec.ndim - 1)}
</%def>

## Opens the loops over the valid taps of a window in row-major order; done() closes them.
<%def name="each()">
{
% for axis in spec.axes[:-1]:
${window.taps(axis)}
% endfor
const ${one.row_type()}row = ${one.row()};
${window.taps("w")}
</%def>

<%def name="done()">${"}" * (spec.ndim + 1)}</%def>
