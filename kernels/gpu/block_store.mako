## The way out of a block: divisors, and stores of the outputs that lie in the result.
## in: acc, or value, by output row and vector; w0, h0, d0; ow, oh, od, y_plane.
## out: stores.
<%namespace name="output" file="/common/output.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>

<%def name="store()"><% last, lanes = spec.layout == "last", lanes_of(spec.width) %>
// The outputs.
% for line, outputs in enumerate(block.outputs):
%   for vector, columns in enumerate(block.vectors):
<%
    outer = [(axis.name, n) for axis, n in zip(block.axes, outputs)]
    tests = [f"{plus('o' + name, n)} < ({spec.position})g.out_{name}"
        for name, n in [*outer, ("w", columns[0])] if n]
    places = [f"{atom(plus('o' + name, n))} * g.y_{name}" for name, n in outer]
    places.append(f"{atom(plus('ow', columns[0]))} * g.y_w" if last else plus("ow", columns[0]))
%>
${f"if ({' && '.join(tests)}) " if tests else ""}{
    const ${spec.offset} at = y_plane + ${" + ".join(places)};
    ${divided(outputs, columns)}
% if spec.mode.skeleton:
    store${lanes.n}(y + at, value${line}_${vector});
% else:
    ${output.emit(lanes, f"acc{line}_{vector}", "at", "count")}
% endif
}
%   endfor
% endfor
</%def>

## The divisors of a vector of windows.
<%def name="divided(outputs, columns)"><% lanes = lanes_of(spec.width) %>
% if spec.mode.divides:
%   if spec.divisor == "given":
const ${lanes.value} count = ${lanes.splat("g.divisor", spec.accumulator)};
%   else:
<%
    starts = {axis.name: n * step for axis, n, step in zip(block.axes, outputs, spec.stride)}
    of = lambda name, begin: window.count(name, plus(name + "0", begin))
    down = " * ".join(f"({spec.accumulator}){of(name, begin)}" for name, begin in starts.items())
    own = [f"({spec.accumulator}){of('w', column * spec.stride[-1])}" for column in columns]
    across = f"({lanes.value})({', '.join(own)})" if len(own) > 1 else lanes.splat(own[0],
        spec.accumulator)
%>
const ${lanes.value} count = ${across}${f" * ({down})" if down else ""};
%   endif
% endif
</%def>
