## The rows of input that a block's windows share: read before any is combined.
## in: x and the arrays beside it, list, g; x_plane, ow, oh, od; block.
## out: w0, h0, d0; in_w, in_h, in_d by number; elements x and those beside them, by row and unit.
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="maps" file="/gpu/block_maps.mako"/>

<%def name="unsigned()"><% return "ulong" if spec.wide else "uint" %></%def>

## The lanes of what a row is read in: channels, an aligned vector, or one element.
<%def name="unit()">
<% return lanes_of(spec.width if spec.layout == "last" else spec.loads) %>
</%def>

## Whether a place along an axis lies in the plane.
<%def name="inside(axis, distance)" buffered="True" filter="trim">
-((${unsigned()})${atom(plus(axis + "0", distance))} < (${unsigned()})g.in_${axis})
</%def>

## Places along an axis, by number: whether each lies inside, and where a load may read.
<%def name="places(axis, distances, stride, tag)">
% for number, distance in enumerate(distances):
const int in_${tag}${number} = ${inside(axis, distance)};
const ${spec.offset} at_${tag}${number} = in_${tag}${number} \
    ? ${f"{atom(plus(axis + '0', distance))} * {stride}" if stride else plus(axis
    + "0", distance)} : 0;
% endfor
</%def>

## Reads the rows, all of them before any is used.
<%def name="read()"><%
    last, lanes = spec.layout == "last", unit()
    units, tag = range(len(block.units)), "c" if block.chunks else "w"
    outer, whole = block.axes[:-1], spec.mode.whole or block.orders
    beside = spec.dtype.highest if block.orders else identity
%>
// Where the windows of the block begin.
% for axis in block.axes:
${window.base(axis.name, "o" + axis.name)}
% endfor
// Their rows and columns: whether each lies in the plane.
% for axis in outer:
${places(axis.name, axis.distances, f"g.x_{axis.name}", axis.name)}
% endfor
${places("w", block.units, "g.x_w" if last else "", tag)}
% if block.chunks and (not block.early or maps.counted() or block.orders):
%   for number, distance in enumerate(block.row.distances):
const int in_w${number} = ${inside("w", distance)};
%   endfor
% endif
// Reads the rows.
% for number, row in enumerate(block.rows):
const ${spec.offset} row${number} = x_plane${"".join(f" + at_{axis.name}{axis.number(place)}"
    for axis, place in zip(outer, row))};
%   for n in units:
${lanes.value} x${number}_${n} = load${lanes.n}(x + row${number} + at_${tag}${n});
${maps.read(lanes, number, n, f"row{number} + at_{tag}{n}")}
%   endfor
% endfor
% if block.maps_early:
// Maps them.
%   for number in range(len(block.rows)):
%     for n in units:
x${number}_${n} = ${maps.early(lanes, number, n)};
%     endfor
%   endfor
% endif
% if block.early:
// ${"The highest number" if block.orders else "The identity"} beside the \
    ${"plane" if whole else "rows"}.
%   for number in range(len(block.rows)):
%     for n in units:
<% rows = [row_inside(number)] if whole and spec.ndim > 1 else [] %>\
<% present = atom(" & ".join([*rows, f"in_{tag}{n}"])) %>\
x${number}_${n} = ${present} ? x${number}_${n} : ${lanes.splat(beside, spec.accumulator)};
%     endfor
%   endfor
% endif
</%def>

## Whether row `number` lies in the plane.
<%def name="row_inside(number)" buffered="True" filter="trim">
    ${" & ".join(f"in_{axis.name}{axis.number(place)}"
        for axis, place in zip(block.axes, block.rows[number]))}
</%def>
