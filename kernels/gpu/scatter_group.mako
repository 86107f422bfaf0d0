## scatter_group: a work-group per segment of a plane of outputs, of indices that lie anywhere.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    A work-group looks through the indices of a plane for those in its segment, keeps the last
    element for each place in local memory, and writes its segment.
</%def>
<%namespace name="window" file="/windows/plane.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="flat" file="/gpu/flat_item.mako"/>

<%def name="functions()">
// ---- Blocks: where they lie.
${flat.functions()}
</%def>

## Where flat position `place` of a plane lies, whose rows may have one stride.
<%def name="address(place, side, far)" buffered="True" filter="trim"><%
    even = f"({spec.offset}){place} * g.{side}_w"
%>${side}_even ? ${even} : ${window.address(place, side, far)}</%def>

${signature.kernel()}
{
    const uint member = get_local_id(0), members = get_local_size(0);
    const uint item = get_global_id(0), segment = item / members;
    ${flat.split("segment", "plane", "w", "first", spec.tile)}
    ${flat.planes("plane")}
    const int size = ${window.size("out")};
    const int count = ${window.size("in")};
    const int length = min(size - first, ${spec.tile});
    const int x_even = ${window.even("x", "in")};
    const int y_even = ${window.even("y", "out")};
    __local int last[${spec.tile}];
    for (int at = member; at < length; at += members) last[at] = -1;
    barrier(CLK_LOCAL_MEM_FENCE);
    // The last element for each place of the segment.
    for (int element = member; element < count; element += members) {
        const ${spec.offset} from = x_plane + (${address("element", "x", "in")});
        const int index = load_index1(indices + g.indices_shift + from);
        if (${window.outside("index", "size")}) {
            *refused = 1;
        } else {
            const int at = index - first;
            if (at >= 0 && at < length) atomic_max(&last[at], element);
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int at = member; at < length; at += members) {
        const int element = last[at], place = first + at;
        ${spec.dtype.storage} value = 0;
        if (element >= 0) value = x[x_plane + (${address("element", "x", "in")})];
        y[y_plane + (${address("place", "y", "out")})] = value;
    }
}
