## take: one item per element, which comes from the place that its index names.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">A work-item moves the element that its index names.</%def>
<%namespace name="window" file="/windows/plane.mako"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="single" file="/common/output_item.mako"/>
<%namespace name="output" file="/common/output.mako"/>
${signature.kernel()}
{
    ${single.position()}
    ${items.planes()}
    ${items.place()}
    const long at = y_plane + ${" + ".join(f"o{axis} * g.y_{axis}" for axis in spec.axes)};
    const ${spec.position} size = ${window.size("in")};
    const ${spec.input_index_storage} index = indices[g.output_aligned_offset + at];
    if (${window.outside("index", "size")}) {
        *refused = 1;
        return;
    }
    const ${spec.position} from = index;
    ${output.move("y + g.y_offset + at", "plane + (" + window.address("from", "x", "in") + ")")};
}
