## The elements of a block of a gradient, which maps take beside the taps.
## in: g, forward_input; ow, oh, od, y_plane.
## out: here and input by output row and vector.

## The elements of the block: the flat index of each, and each in the array that lies as y does.
<%def name="at_hand(lanes)"><% last = spec.layout == "last" %>
% for line, outputs in enumerate(block.outputs):
%   for vector, columns in enumerate(block.vectors):
<%
    outer = [(axis.name, n) for axis, n in zip(block.axes, outputs)]
    flat = "".join(f" + {atom(plus('o' + name, n))} * ({spec.position})g.flat_{name}"
        for name, n in outer)
    steps = lanes.steps(1) if len(columns) > 1 else lanes.splat(columns[0], spec.position)
    first = lanes.splat(f"({spec.position})g.origin{flat} + ow", spec.position)
    down = "".join(f" + {place_in(name, n)} * g.y_{name}" for name, n in outer)
    row = f"forward_input + (g.output_aligned_offset - g.y_offset) + y_plane{down}"
    near = [f"{row} + {place_in('w', n)}{' * g.y_w' if last else ''}" for n in columns]
%>
%     if "indices" in spec.mode.inputs:
const ${lanes.index} here${line}_${vector} = ${first} + ${steps};
%     endif
%     if "forward_input" in spec.mode.inputs:
const ${lanes.value} input${line}_${vector} = load${lanes.n}(${near[0]});
%     endif
%   endfor
% endfor
</%def>

## An output of the block, or the first where it lies beside the result.
<%def name="place_in(name, n)" buffered="True" filter="trim"><%
    at, length = plus("o" + name, n), f"({spec.position})g.out_{name}"
%>\
    ${(f"(({at} < {length}) ? {at} : o{name})" if n else "o" + name)}
</%def>
