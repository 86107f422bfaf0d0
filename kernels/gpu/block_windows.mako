## From the rows of a block to its outputs: along each row, then down the rows.
## in: what block_rows leaves; ow, oh, od, y_plane.
## out: acc by output row and vector of reduce().
<%namespace name="memory" file="/common/access.mako"/>
<%namespace name="rows" file="/gpu/block_rows.mako"/>
<%namespace name="elements" file="/gpu/block_elements.mako"/>
<%namespace name="maps" file="/gpu/block_maps.mako"/>

## A state where a lane has a tap, else the identity.
<%def name="functions(lanes)">
static state${lanes.n} present${lanes.n}(const ${lanes.mask} in, state${lanes.n} a)
{
    const state${lanes.n} none = identity${lanes.n}();
% for part in ("value", *spec.mode.fields):
    a.${part} = in ? a.${part} : none.${part};
% endfor
% if spec.index:
    a.index = ${"in" if lanes.mask == lanes.index_mask else memory.convert(lanes, spec.position,
        "in")} ? a.index : none.index;
% endif
    return a;
}
</%def>

<%def name="combine(a, b)" buffered="True" filter="trim">
    ${"combine_numbers" if spec.nan_fallback else "combine"}${spec.width}(${a}, ${b})
</%def>

## The state of one tap of every lane, from row `number`, for output row `line`.
<%def name="tap(number, places, line, vector)" buffered="True" filter="trim"><%
    lanes = lanes_of(spec.width)
    late = spec.mode.maps and not block.maps_early
    value = maps.late(lanes, number, places, line, vector) if late else elements.joined("x", number,
        places, spec.accumulator, identity)
    index = ""
    if spec.index:
        each = ", ".join(plus(f"flat{number}", place or 0) for place in places)
        index = f", ({lanes.index})({each})" if len(places) > 1 else ", " + lanes.splat(each,
            spec.position)
    one = f"tap{lanes.n}({value}{index})"
    if not block.early and len(places) > 1:
        masks = ", ".join(f"in_w{block.row.number(place)}" if place is not None else "0"
            for place in places)
        one = f"present{lanes.n}(({lanes.mask})({masks}), {one})"
%>${one}</%def>

## Reduces row `number` for the columns of one vector into the state `name`.
<%def name="along(number, columns, name, line, vector)"><%
    lanes, taps = lanes_of(spec.width), block.taps(columns)
    # A scalar condition serves where all lanes lie in one column.
    guarded = not block.early and len(columns) == 1
%>
% if guarded or not taps:
state${lanes.n} ${name} = identity${lanes.n}();
% endif
% for place in taps:
%   if guarded:
if (in_w${block.row.number(place[0])}) ${name} = ${combine(name, tap(number, place, line, vector))};
%   elif loop.first:
state${lanes.n} ${name} = ${tap(number, place, line, vector)};
%   else:
${name} = ${combine(name, tap(number, place, line, vector))};
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
${maps.at_hand(lanes)}
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
acc${line}_${vector} = ${combine(f"acc{line}_{vector}", state(line, number, vector))};
%     endfor
%   endfor
% endfor
</%def>
