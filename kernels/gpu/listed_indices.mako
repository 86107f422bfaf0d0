## Whether the indices that the items of outputs_listed read are taps of their own windows.
## in: bounds and begins of listed_column's windows; d, h, w and at of a tap; refused.
## out: the function astray of the width; the error flag.
<%namespace name="taps" file="/gpu/listed_taps.mako"/>
<%namespace name="window" file="/windows/listed.mako"/>

<%def name="functions(lanes)"><% unsigned = lanes.of("uint") %>
// Negative where an index is none of the taps, which reach so many slices, rows and columns behind
// the first one.
static ${lanes.index} astray${lanes.n}(const ${lanes.index} index, const int first, \
    const geometry g, ${", ".join(f"const int far_{axis}" for axis in spec.axes)})
{
    ${unsigned} rest = as_${unsigned}(index - first);
    ${lanes.index} found = as_${lanes.index}(rest);
% for axis in spec.axes[:-1]:
    const ${unsigned} ${axis} = mul_hi(rest << 1, (${unsigned})((uint)g.factor_flat_${axis})) \
        >> (${unsigned})((uint)g.shift_flat_${axis});
    found |= far_${axis} - as_${lanes.index}(${axis});
    rest -= ${axis} * (uint)g.flat_${axis};
% endfor
    return found | (far_w - as_${lanes.index}(rest));
}
</%def>

## What is known before a tap is looked at: the first windows whose first tap the item has.
<%def name="begin(lanes)">
${lanes.index} wrong = 0;
% for axis in spec.axes:
const int begun_${axis} = ${window.begun(axis, "_0" if axis == "h" and spec.block[-2] > 1 else "")};
% endfor
</%def>

## Looks at the indices of the window at hand, in every plane.
<%def name="look(lanes)"><%
    flat = "".join(f" + first_{axis} * (int)g.flat_{axis}" for axis in spec.axes[:-1])
%>
if (${" && ".join(f"{axis} >= begun_{axis}" for axis in spec.axes)}) {
% for axis in spec.axes:
    ${window.own(axis, axis)}
% endfor
    const int first = (int)g.origin + first_w${flat};
% for number in range(spec.tile):
    wrong |= astray${lanes.n}(load_index${lanes.n}(indices + g.indices_shift \
        + ${taps.place(number)}), first, g, ${", ".join(f"far_{axis}" for axis in spec.axes)});
% endfor
}
</%def>

<%def name="end(lanes)">if (${"wrong < 0" if lanes.n == 1 else "any(wrong)"}) *refused = 1;</%def>
