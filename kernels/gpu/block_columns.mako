## The columns of a block's rows in order, which its windows share, and networks over them.
## in: what block_rows leaves, the highest number beside the plane.
## out: the function exchange of the width; c and nan by output row; k of one window.
<%! from math import prod %>
<%namespace name="rows" file="/gpu/block_rows.mako"/>
<%namespace name="elements" file="/gpu/block_elements.mako"/>

<%def name="functions(lanes)"><% real = "f" if spec.dtype.is_float else "" %>
// Puts two values in order, of which none is a NaN.
static void exchange${lanes.n}(${lanes.value} *a, ${lanes.value} *b)
{
    const ${lanes.value} first = *a;
    *a = ${real}min(first, *b);
    *b = ${real}max(first, *b);
}
</%def>

## Every column of these rows in order, as the rows of `c`; and whether one of its taps is a NaN.
<%def name="order(line, own)"><% unit = rows.unit() %>
// Every column in order.
% for n in range(len(block.units)):
%   if spec.dtype.is_float:
const ${unit.mask} nan${line}_0_${n} = ${" | ".join(f"(x{row}_{n} != x{row}_{n})" for row in own)};
%   endif
${unit.value} ${", ".join(f"c{line}_{rank}_{n} = x{row}_{n}" for rank, row in enumerate(own))};
%   for a, b in sorting(len(own)):
exchange${unit.n}(&c${line}_${a}_${n}, &c${line}_${b}_${n});
%   endfor
% endfor
</%def>

## The columns of a vector of windows, as `k`, of which some ranks are put where chosen() says.
<%def name="select(lanes, line, columns, ranks)"><% places = block.taps(columns) %>
% for rank in range(prod(spec.kernel[:-1])):
%   for n, own in enumerate(places):
${lanes.value} k${rank * len(places) + n} = ${elements.joined(f"c{line}_", rank, own,
    spec.accumulator, identity)};
%   endfor
% endfor
% for a, b in selecting(prod(spec.kernel[:-1]), spec.kernel[-1], ranks)[0]:
exchange${lanes.n}(&k${a}, &k${b});
% endfor
</%def>

## These ranks, after select().
<%def name="chosen(ranks)"><%
    return [f"k{n}" for n in selecting(prod(spec.kernel[:-1]), spec.kernel[-1], ranks)[1]]
%></%def>

## Whether a window of a vector has a NaN.
<%def name="has_nan(lanes, line, columns)" buffered="True" filter="trim">
    ${" | ".join(elements.joined(f"nan{line}_", 0, own, lanes.mask_base, "0")
        for own in block.taps(columns))}
</%def>
