## take_outputs: a block of outputs per item, each from the place that its index names.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    A work-item reads the indices of its block of outputs, then moves the elements that they name.
</%def>
<%namespace name="window" file="/windows/plane.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="flat" file="/gpu/flat_item.mako"/>

<%def name="functions()">
// ---- Blocks: where they lie.
${flat.functions()}
</%def>

<%
    last, lanes = spec.layout == "last", lanes_of(spec.width)
    # The first output of every vector, by its distances from the block's first one.
    firsts = [(*line, columns[0]) for line in block.outputs for columns in block.vectors]
    lane_of = lambda name, lane: name + (f".s{lane:x}" if lanes.n > 1 else "")
    places = [(n, lane) for n in range(len(firsts)) for lane in range(lanes.n)]
%>
${signature.kernel()}
{
    ${flat.item()}
    const ${spec.position} size = ${window.size("in")};
    const int x_even = ${window.even("x", "in")};
    // Where the outputs lie; those beside the result read the first one's index.
% for n, first in enumerate(firsts):
<%
    own = [(axis, plus("o" + axis, far), far) for axis, far in zip(spec.axes, first)]
    tests = [f"{at} < ({spec.position})g.out_{axis}" for axis, at, far in own if far]
    step = lambda axis: "" if axis == "w" and not last else f" * g.y_{axis}"
    at = " + ".join(["y_plane", *(atom(at) + step(axis) for axis, at, _ in own)])
%>\
%   if tests:
    const int in${n} = ${" && ".join(tests)};
%   endif
    const ${spec.offset} at${n} = ${f"in{n} ? {at} : at0" if tests else at};
% endfor
    // Their indices.
% for n in range(len(firsts)):
<% address = f"indices + (g.output_aligned_offset - g.y_offset) + at{n}" %>\
    const ${lanes.index} index${n} = load_index${lanes.n}(${address});
% endfor
    int refuses = 0;
% for n, lane in places:
<% index, own = lane_of(f"index{n}", lane), f"{n}_{lane}" %>\
    const int outside${own} = ${window.outside(index, "size")};
    ${spec.offset} from${own} = outside${own} ? 0 : (${spec.offset})${index};
    refuses |= outside${own};
% endfor
    if (refuses) *refused = 1;
    // The elements.
    if (x_even) {
% for n, lane in places:
        from${n}_${lane} *= g.x_w;
% endfor
    } else {
% for n, lane in places:
        from${n}_${lane} = ${window.address(f"(int)from{n}_{lane}", "x", "in")};
% endfor
    }
% for n, lane in places:
<% plane = plus("x_plane", lane if last else 0) %>\
    const ${spec.accumulator} value${n}_${lane} = x[${plane} + from${n}_${lane}];
% endfor
% for n, first in enumerate(firsts):
<%
    values = ", ".join(f"value{n}_{lane}" for lane in range(lanes.n))
    value = f"({lanes.value})({values})" if lanes.n > 1 else values
%>\
    ${f"if (in{n}) " if any(first) else ""}store${lanes.n}(y + at${n}, ${value});
% endfor
}
