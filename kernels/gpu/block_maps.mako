## What a map needs beside the tap: arrays that lie as x does, divisors, the element at hand.
## in: g and the arrays; what block_rows leaves; here and input of block_at_hand.
## out: elements of the arrays beside x, by row and unit.
<%namespace name="powers" file="/common/pow.mako"/>
<%namespace name="memory" file="/common/access.mako"/>
<%namespace name="elements" file="/gpu/block_elements.mako"/>

## Whether taps are divided by divisors that are listed.
<%def name="counted()"><% return "count" in spec.mode.inputs and spec.divisor == "listed" %></%def>

## Reads the arrays beside x at the same place.
<%def name="read(lanes, number, n, at)">
% for name in spec.tap_sources:
<% address = f"{name} + g.{name}_shift + {at}" %>\
%   if name == "indices":
const ${lanes.index} indices${number}_${n} = load_index${lanes.n}(${address});
%   else:
const ${lanes.value} ${name}${number}_${n} = load${"_wide" if name in ("window_mean",
    "weight_sum") else ""}${lanes.n}(${address});
%   endif
% endfor
</%def>

## The divisor of the output at a distance of row `number`.
<%def name="divisor(number, place)" buffered="True" filter="trim"><%
    row = [*block.rows[number], place]
    inside = lambda a, p: f"(in_{a.name}{a.number(p)} ? {plus(a.name + '0', p)} : 0)"
    each = [f"list[g.list_offset + g.count_{a.name} + {inside(a, p)}]"
        for a, p in zip(block.axes, row)]
%>${" * ".join(f"({spec.accumulator}){one}" for one in each)}</%def>

<%def name="power()" buffered="True" filter="trim">
${powers.given()}
</%def>

## The divisors of some places of row `number`.
<%def name="counts(lanes, number, places)" buffered="True" filter="trim"><%
    if not counted():
        text = lanes.splat("g.divisor", spec.accumulator)
    elif len(places) == 1:
        text = lanes.splat(divisor(number, places[0]), spec.accumulator)
    else:
        each = ("1" if place is None else divisor(number, place) for place in places)
        text = f"({lanes.value})({', '.join(each)})"
%>${text}</%def>

## A unit of row `number`, mapped as it is read.
<%def name="early(lanes, number, n)" buffered="True" filter="trim"><%
    given = {
        "power": lambda: power(),
        "count": lambda: counts(lanes, number, block.lanes_of_unit(n)),
    }
    of = lambda name: given[name]() if name in given else f"{name}{number}_{n}"
%>map${lanes.n}(${", ".join([f"x{number}_{n}", *map(of, spec.mode.inputs)])})</%def>

## The taps at these distances of row `number`, mapped for the elements of output row `line`.
<%def name="late(lanes, number, places, line, vector)" buffered="True" filter="trim"><%
    joined = lambda name, base: elements.joined(name, number, places, base, "0")
    def given(name):
        if name == "power":
            return power()
        if name == "count":
            return counts(lanes, number, places)
        if name == "forward_input":
            return f"input{line}_{vector}"
        if name == "indices":
            same = f"{joined(name, spec.position)} == here{line}_{vector}"
            alike = lanes.n == 1 or lanes.mask == lanes.index_mask
            return same if alike else memory.convert(lanes, lanes.mask_base, same)
        return joined(name, spec.accumulator)
%>map${lanes.n}(${", ".join([joined("x", spec.accumulator), *map(given, spec.mode.inputs)])})</%def>
