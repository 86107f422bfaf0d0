## The rows of input that a block's windows share: read before any is combined.
## in: x and the arrays beside it, g; x_plane, ow, oh, od; block.
## out: w0, h0, d0; in_w, in_h, in_d by number; rows of elements x, by row and column or chunk.
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>

## Whether elements beside the row become the identity as they are read, not later as states.
<%def name="early()"><% return not (spec.index or spec.mode.parts or spec.mode.lifts) %></%def>

<%def name="unsigned()"><% return "ulong" if spec.wide else "uint" %></%def>

## Places along an axis, by number: whether each lies inside, and where a load may read.
<%def name="places(axis, distances, stride, tag)">
% for number, distance in enumerate(distances):
const int in_${tag}${number} = -((${unsigned()})(${plus(axis + "0", distance)}) < (${unsigned()})g.in_${axis});
const ${spec.offset} at_${tag}${number} = in_${tag}${number} ? ${stride_of(plus(axis + "0", distance), stride)} : 0;
% endfor
</%def>

<%def name="stride_of(place, stride)" buffered="True" filter="trim">${f"({place}) * {stride}" if stride else place}</%def>

## Reads the rows, all of them before any is used.
<%def name="read()"><%
    last = spec.layout == "last"
    lanes = lanes_of(spec.width if last else spec.loads)
    chunks = block.chunks
    columns = range(len(chunks or block.row.distances))
    tag = "c" if chunks else "w"
%>
// Where the windows of the block begin.
% for axis in block.axes:
${window.base(axis.name, "o" + axis.name)}
% endfor
// Their rows and columns: whether each lies in the plane.
% for axis in block.axes[:-1]:
${places(axis.name, axis.distances, f"g.x_{axis.name}", axis.name)}
% endfor
${places("w", chunks or block.row.distances, "g.x_w" if last else "", tag)}
% if chunks and not early():
%   for number, distance in enumerate(block.row.distances):
const int in_w${number} = -((${unsigned()})(${plus("w0", distance)}) < (${unsigned()})g.in_w);
%   endfor
% endif
// Reads the rows.
% for number, row in enumerate(block.rows):
const ${spec.offset} row${number} = x_plane${"".join(f" + at_{axis.name}{axis.number(place)}" for axis, place in zip(block.axes, row))};
%   for column in columns:
${lanes.value} x${number}_${column} = load${lanes.n}(x + row${number} + at_${tag}${column});
%   endfor
% endfor
% if early():
// The identity beside the rows.
%   for number in range(len(block.rows)):
%     for column in columns:
x${number}_${column} = in_${tag}${column} ? x${number}_${column} : ${lanes.splat(identity, spec.accumulator)};
%     endfor
%   endfor
% endif
</%def>

## Whether row `number` lies in the plane; empty where there is one row per plane.
<%def name="inside(number)" buffered="True" filter="trim">${" & ".join(f"in_{axis.name}{axis.number(place)}" for axis, place in zip(block.axes, block.rows[number]))}</%def>

## The elements of row `number` at these distances, as a vector.
<%def name="joined(number, distances, base)" buffered="True" filter="trim"><%
    each = [element(number, place) for place in distances]
%>${each[0] if len(each) == 1 else f"({base}{len(each)})({', '.join(each)})"}</%def>

<%def name="element(number, place)" buffered="True" filter="trim"><%
    if place is None:
        text = identity
    elif block.chunks:
        chunk, lane = divmod(place - block.chunks[0], spec.loads)
        text = f"x{number}_{chunk}.s{lane:x}"
    else:
        text = f"x{number}_{block.row.number(place)}"
%>${text}</%def>
