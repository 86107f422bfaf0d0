## One tap of listed windows in several planes, for outputs of several rows.
## in: what listed_column's loops leave; at, the tap's place in the item's first plane.
## out: flow and index by plane of read(); here and input of at_hand().
<%namespace name="one" file="/common/tap.mako"/>
<%namespace name="places" file="/gpu/listed_places.mako"/>
<%namespace name="memory" file="/common/access.mako"/>

## Whether each element of a gradient takes a part of its own.
<%def name="apart()"><% return bool({"indices", "forward_input"} & set(spec.mode.inputs)) %></%def>
<%def name="place(number)"><% return plus("at", places.plane("x", number)) %></%def>

## The elements of a gradient that an item computes: by row the flat index, by row and plane the
## element of the array that lies as y does.
<%def name="at_hand(lanes, rows)">
// The elements at hand.
% for row in range(rows):
%   if "indices" in spec.mode.inputs:
<% at = {"d": "od", "h": atom(plus("oh", row)), "w": "ow"} %>\
const ${spec.position} here${row} = (${spec.position})g.origin${"".join(
    f" + {at[axis]} * ({spec.position})g.flat_{axis}" for axis in spec.axes)};
%   endif
%   if "forward_input" in spec.mode.inputs:
<%
    first, own = places.output(0), places.output(row)
    near = f"(({plus('oh', row)} < g.out_h) ? {own} : {first})" if row else first
    start = "forward_input + (g.output_aligned_offset - g.y_offset)"
%>\
%     for number in range(spec.tile):
const ${lanes.value} input${row}_${number} \
    = load${lanes.n}(${start} + ${plus(near, places.plane("y", number))});
%     endfor
%   endif
% endfor
</%def>

## Reads the tap at hand and its index, in every plane. The lower of two words will do: an index of
## which it is not all is refused.
<%def name="read(lanes)"><% words = lanes.n == 1 and spec.in_words(spec.input_index) %>
% if "indices" in spec.mode.inputs:
%   for number in range(spec.tile):
<% address = f"indices + g.indices_shift + {place(number)}" %>\
%     if words:
const int2 words${number} = *(const __global int2 *)(${address});
const int index${number} = words${number}.s0;
%     else:
const ${lanes.index} index${number} = load_index${lanes.n}(${address});
%     endif
const ${lanes.value} flow${number} = load${lanes.n}(x + ${place(number)});
%   endfor
% endif
</%def>

## Combines what flows from the tap to the element at hand of a row and a plane.
<%def name="flow(lanes, row, number)"><%
    acc, n = f"acc{row}_{number}", lanes.n
    same = f"index{number} == here{row}"
    if n > 1 and lanes.mask != lanes.index_mask:
        same = memory.convert(lanes, lanes.mask_base, same)
%>
% if "indices" in spec.mode.inputs:
${f"if ({same}) " if n == 1 else ""}${acc} = combine${n}(${acc}, \
    tap${n}(map${n}(flow${number}, ${1 if n == 1 else same})));
% else:
{
    const ${lanes.value} input_element = input${row}_${number};
    ${acc} = combine${n}(${acc}, ${one.tap(lanes, place(number))});
}
% endif
</%def>
