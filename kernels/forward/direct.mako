## direct: one item per output, or per vector of channels. The GPU shape.
<%inherit file="/kernel.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="reduce.mako"/>
<%namespace name="output" file="output.mako"/>
<% lanes = lanes_of(spec.width) %>
__kernel void ${spec.label}(
    ${output.arguments()})
{
% if spec.layout == "last":
    const uint vectors = (uint)g.inner / ${lanes.n};
    const ${spec.position} ow = get_global_id(0) / vectors;
    const ${spec.position} channel = (get_global_id(0) % vectors) * ${lanes.n};
% else:
    const ${spec.position} ow = get_global_id(0);
% endif
    const ${spec.position} line = get_global_id(1);
    const uint outer = get_global_id(2);
    // The range is rounded up to whole groups.
    if (ow >= g.out_w || line >= g.out_d * g.out_h || outer >= g.outer0 * g.outer1) return;
    ${output.planes()}
% if spec.layout == "last":
    plane += channel;
% endif
    ${output.line()}
    ${window.start("w", "ow")}
<% at = "y_row + ow * g.y_w + channel" if spec.layout == "last" else "y_row + ow" %>\
    ${taps.reduce(lanes, at)}
    ${output.count(lanes, spec.axes)}
    ${output.emit(lanes, "acc", at, "count")}
}
