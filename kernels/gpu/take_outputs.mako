## take_outputs: a block of outputs per item, each from the place that its index names.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    A work-item reads the indices of its block of outputs, then moves the elements that they
    name.
</%def>
<%namespace name="memory" file="/common/access.mako"/>
<%namespace name="window" file="/windows/plane.mako"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="flat" file="/gpu/flat_item.mako"/>
<%namespace name="maps" file="/gpu/block_maps.mako"/>

<%def name="functions()">
// ---- Blocks: where they lie.
${flat.functions()}
</%def>

<%
    last, lanes, store = spec.layout == "last", lanes_of(spec.width), spec.input_index_storage
    each = [f"from{line}_{vector}_{lane}" for line in range(len(block.outputs))
        for vector in range(len(block.vectors)) for lane in range(spec.width)]
    numbers = [(line, vector) for line in range(len(block.outputs))
        for vector in range(len(block.vectors))]
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
    ${lanes.of(store)} index${line}_${vector} \
        = ${maps.pieces(lanes,
        address) if spec.alignment_phase is not None and lanes.n > 1 else memory.read(lanes, store,
        "__global", f"({address})")};
% endfor
    int outside = 0;
% for line, vector in numbers:
%   for lane in range(lanes.n):
<% index = lane_of(f"index{line}_{vector}", lane) %>\
    if (${window.outside(index, "size")}) {
        outside = 1;
        ${index} = 0;
    }
%   endfor
% endfor
    if (outside) *refused = 1;
    // The elements.
% for line, vector in numbers:
%   for lane in range(lanes.n):
    ${spec.offset} from${line}_${vector}_${lane} = ${lane_of(f"index{line}_{vector}", lane)};
%   endfor
% endfor
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
