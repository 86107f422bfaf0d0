## take_outputs: a block of outputs per item, each from the place that its index names.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    A work-item reads the indices of its block of outputs, then moves the elements that they
    name.
</%def>
<%namespace name="window" file="/windows/plane.mako"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="flat" file="/gpu/flat_item.mako"/>

<%def name="functions()">
// ---- Blocks: where they lie.
${flat.functions()}
</%def>

<%
    last, lanes = spec.layout == "last", lanes_of(spec.width)
    lines, vectors = range(len(block.outputs)), range(len(block.vectors))
    numbers = [(line, vector) for line in lines for vector in vectors]
    each = [f"from{line}_{vector}_{lane}" for line, vector in numbers for lane in range(spec.width)]
    lane_of = lambda name, lane: name + (f".s{lane:x}" if lanes.n > 1 else "")
%>
${items.kernel()}
{
    ${flat.item()}
    const ${spec.position} size = ${window.size("in")};
    const int x_even = ${window.even("x", "in")};
    // Where the outputs lie; those beside the result read the first one's index.
% for line, vector in numbers:
<%
    places = (*block.outputs[line], block.vectors[vector][0])
    own = [(axis.name, n) for axis, n in zip(block.axes, places)]
    tests = [f"{plus('o' + name, n)} < ({spec.position})g.out_{name}" for name, n in own if n]
    stride = lambda name: "" if name == "w" and not last else f" * g.y_{name}"
    at = " + ".join(f"{atom(plus('o' + name, n))}{stride(name)}" for name, n in own)
    first = f"at{numbers[0][0]}_{numbers[0][1]}"
%>\
%   if tests:
    const int in${line}_${vector} = ${" && ".join(tests)};
%   endif
    const ${spec.offset} at${line}_${vector} \
        = ${f"in{line}_{vector} ? y_plane + {at} : {first}" if tests else f"y_plane + {at}"};
% endfor
    // Their indices.
% for line, vector in numbers:
<% address = f"indices + (g.output_aligned_offset - g.y_offset) + at{line}_{vector}" %>\
    ${lanes.index} index${line}_${vector} = load_index${lanes.n}(${address});
% endfor
    int refuses = 0;
% for line, vector in numbers:
%   for lane in range(lanes.n):
<% index, own = lane_of(f"index{line}_{vector}", lane), f"{line}_{vector}_{lane}" %>\
    const int outside${own} = ${window.outside(index, "size")};
    ${spec.offset} from${own} = outside${own} ? 0 : (${spec.offset})${index};
    refuses |= outside${own};
%   endfor
% endfor
    if (refuses) *refused = 1;
    // The elements.
    if (x_even) {
% for name in each:
        ${name} *= g.x_w;
% endfor
    } else {
% for name in each:
        ${name} = ${window.address(f"(int){name}", "x", "in")};
% endfor
    }
% for line, vector in numbers:
%   for lane in range(lanes.n):
    const ${spec.accumulator} value${line}_${vector}_${lane} = x[${plus("x_plane", lane if last
        else 0)} + from${line}_${vector}_${lane}];
%   endfor
% endfor
% for line, vector in numbers:
<%
    values = [f"value{line}_{vector}_{lane}" for lane in range(lanes.n)]
    tests = any((*block.outputs[line], block.vectors[vector][0]))
%>\
    ${f"if (in{line}_{vector}) " if tests else ""}store${lanes.n}(y \
        + at${line}_${vector}, ${(f"({lanes.value})({', '.join(values)})" if lanes.n > 1
        else values[0])});
% endfor
}
