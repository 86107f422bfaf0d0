## From the rows of a block to its outputs: along each row, then down the rows.
## in: what block_rows leaves; ow, oh, od, y_plane.
## out: acc by output row and vector of reduce().
<%namespace name="rows" file="/gpu/block_rows.mako"/>
<%namespace name="taps" file="/gpu/block_taps.mako"/>
<%namespace name="hand" file="/gpu/block_at_hand.mako"/>

## Reduces row `number` for the columns of one vector into the state `name`.
<%def name="along(number, columns, name, line, vector)"><%
    lanes, places = lanes_of(spec.width), block.taps(columns)
    # A scalar condition serves where all lanes lie in one column.
    guarded = not block.early and len(columns) == 1
%>
% if guarded or not places:
state${lanes.n} ${name} = identity${lanes.n}();
% endif
% for place in places:
<% state = taps.tap(number, place, line, vector) %>\
%   if guarded:
if (in_w${block.row.number(place[0])}) ${name} = ${taps.combine(name, state)};
%   elif loop.first:
state${lanes.n} ${name} = ${state};
%   else:
${name} = ${taps.combine(name, state)};
%   endif
% endfor
% if spec.ndim > 1:
if (!${atom(rows.row_inside(number))}) ${name} = identity${lanes.n}();
% endif
</%def>

## Reduces all windows of the block.
<%def name="reduce()"><%
    lanes = lanes_of(spec.width)
    # Where maps depend on the element, rows are reduced for each output row apart.
    apart = spec.mode.maps and not block.maps_early
    state = lambda line, number, vector: f"part{f'{line}_' if apart else ''}{number}_{vector}"
%>
% if spec.index:
// Flat indices of the first element of each row.
%   for number, row in enumerate(block.rows):
const ${spec.position} flat${number} = (${spec.position})g.origin \
    + w0${"".join(f" + {atom(plus(axis.name + '0', place))} * ({spec.position})g.flat_{axis.name}"
    for axis, place in zip(block.axes, row))};
%   endfor
% endif
% if apart:
// The elements of the block.
${hand.at_hand(lanes)}
% endif
// Along the rows.
% for line, outputs in enumerate(block.outputs if apart else [None]):
%   for number in block.rows_of(outputs) if apart else range(len(block.rows)):
%     for vector, columns in enumerate(block.vectors):
${along(number, columns, state(line, number, vector), line, vector)}
%     endfor
%   endfor
% endfor
// Down the rows.
% for line, outputs in enumerate(block.outputs):
%   for vector in range(len(block.vectors)):
<% own = block.rows_of(outputs) %>\
state${lanes.n} acc${line}_${vector} \
    = ${state(line, own[0], vector) if own else f"identity{lanes.n}()"};
%     for number in own[1:]:
acc${line}_${vector} = ${taps.combine(f"acc{line}_{vector}", state(line, number, vector))};
%     endfor
%   endfor
% endfor
</%def>
