## From the rows of a block to its outputs: along each row, then down the rows.
## in: what block_rows leaves; ow, oh, od, y_plane.
## out: acc by output row and vector of reduce(); store() stores.
<%namespace name="memory" file="/common/access.mako"/>
<%namespace name="rows" file="/gpu/block_rows.mako"/>
<%namespace name="output" file="/common/output.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>

## A state where a lane has a tap, else the identity.
<%def name="functions(lanes)">
static state${lanes.n} present${lanes.n}(const ${lanes.mask} in, state${lanes.n} a)
{
    const state${lanes.n} none = identity${lanes.n}();
% for part in ("value", *spec.mode.parts):
    a.${part} = in ? a.${part} : none.${part};
% endfor
% if spec.index:
    a.index = ${"in" if lanes.mask == lanes.index_mask else memory.convert(lanes, spec.position, "in")} ? a.index : none.index;
% endif
    return a;
}
</%def>

<%def name="combine(a, b)" buffered="True" filter="trim">${"combine_numbers" if spec.nan_fallback else "combine"}${block.lanes}(${a}, ${b})</%def>

## The state of one tap of every lane, from row `number`; `flat` is the row's flat index.
<%def name="tap(number, places)" buffered="True" filter="trim"><%
    lanes = lanes_of(block.lanes)
    value = rows.joined(number, places, spec.accumulator)
    if spec.mode.lifts:
        power = ", as_double(g.power)" if spec.accumulator == "double" else ", as_float((int)g.power)"
        value = f"lift{lanes.n}({value}{power if 'power' in spec.mode.takes else ''})"
    index = ""
    if spec.index:
        each = ", ".join(plus(f"flat{number}", place or 0) for place in places)
        index = f", ({lanes.index})({each})" if len(places) > 1 else ", " + lanes.splat(each, spec.position)
    one = f"tap{lanes.n}({value}{index})"
    if not rows.early() and lanes.n == len(places) > 1:
        masks = ", ".join(f"in_w{block.row.number(place)}" if place is not None else "0" for place in places)
        one = f"present{lanes.n}(({lanes.mask})({masks}), {one})"
%>${one}</%def>

## Reduces row `number` for the columns of one vector into the state `name`.
<%def name="along(number, columns, name)"><%
    lanes = lanes_of(block.lanes)
    # A scalar condition serves where all lanes lie in one column.
    guarded = not rows.early() and len(columns) == 1
%>
% for place in block.taps(columns):
%   if guarded:
%     if loop.first:
state${lanes.n} ${name} = identity${lanes.n}();
%     endif
if (in_w${block.row.number(place[0])}) ${name} = ${combine(name, tap(number, place))};
%   elif loop.first:
state${lanes.n} ${name} = ${tap(number, place)};
%   else:
${name} = ${combine(name, tap(number, place))};
%   endif
% endfor
% if spec.rank > 1:
if (!(${rows.inside(number)})) ${name} = identity${lanes.n}();
% endif
</%def>

## Reduces all windows of the block.
<%def name="reduce()"><% lanes = lanes_of(block.lanes) %>
% if spec.index:
// Flat indices of the first element of each row.
%   for number, row in enumerate(block.rows):
const ${spec.position} flat${number} = (${spec.position})g.origin + w0${"".join(f" + ({plus(axis.name + '0', place)}) * ({spec.position})g.flat_{axis.name}" for axis, place in zip(block.axes, row))};
%   endfor
% endif
// Along the rows.
% for number in range(len(block.rows)):
%   for vector, columns in enumerate(block.vectors):
${along(number, columns, f"part{number}_{vector}")}
%   endfor
% endfor
// Down the rows.
% for line, outputs in enumerate(block.outputs):
%   for vector in range(len(block.vectors)):
%     for number in block.rows_of(outputs):
%       if loop.first:
state${lanes.n} acc${line}_${vector} = part${number}_${vector};
%       else:
acc${line}_${vector} = ${combine(f"acc{line}_{vector}", f"part{number}_{vector}")};
%       endif
%     endfor
%   endfor
% endfor
</%def>

## Stores the outputs that lie in the result.
<%def name="store()"><%
    last, lanes = spec.layout == "last", lanes_of(block.lanes)
    outer = block.axes[:-1]
%>
// The outputs.
% for line, outputs in enumerate(block.outputs):
%   for vector, columns in enumerate(block.vectors):
<%
    near = [(axis.name, n) for axis, n in zip(outer, outputs)] + [("w", columns[0])]
    tests = [f"{plus('o' + name, n)} < ({spec.position})g.out_{name}" for name, n in near if n]
    places = [f"({plus('o' + name, n)}) * g.y_{name}" for name, n in near[:-1]]
    places.append(f"({plus('ow', columns[0])}) * g.y_w" if last else plus("ow", columns[0]))
%>
${f"if ({' && '.join(tests)}) " if tests else ""}{
    const ${spec.offset} at = y_plane + ${" + ".join(places)};
    ${divided(outputs, columns)}
    ${whole(lanes, line, vector) if last or spec.shift is not None or lanes.n == 1 else each(lanes, line, vector)}
}
%   endfor
% endfor
</%def>

<%def name="whole(lanes, line, vector)">
store${lanes.n}(y + at, ${output.finished(lanes, f"acc{line}_{vector}", "count")});
% if spec.index:
store_index${lanes.n}(indices + (g.index_offset - g.y_offset) + at, acc${line}_${vector}.index);
% endif
</%def>

<%def name="each(lanes, line, vector)">
const ${lanes.value} result = ${output.finished(lanes, f"acc{line}_{vector}", "count")};
% for lane in range(lanes.n):
if (${plus("ow", lane)} < (${spec.position})g.out_w) store1(y + at${f" + {lane}" if lane else ""}, result.s${f"{lane:x}"});
% endfor
</%def>

## The divisors of a vector of windows.
<%def name="divided(outputs, columns)"><% lanes = lanes_of(block.lanes) %>
% if spec.mode.divides:
%   if spec.divisor == "given":
const ${lanes.value} count = ${lanes.splat("g.divisor", spec.accumulator)};
%   else:
<%
    starts = {axis.name: n * step for axis, n, step in zip(block.axes, outputs, spec.stride)}
    of = lambda name, begin: window.count(name, plus(name + "0", begin))
    down = " * ".join(f"({spec.accumulator}){of(name, begin)}" for name, begin in starts.items())
    own = [f"({spec.accumulator}){of('w', column * spec.stride[-1])}" for column in columns]
    across = own[0] if len(own) == 1 else f"({lanes.value})({', '.join(own)})"
    if len(own) == 1 and lanes.n > 1:
        across = lanes.splat(own[0], spec.accumulator)
%>
const ${lanes.value} count = ${across}${f" * ({down})" if down else ""};
%   endif
% endif
</%def>
