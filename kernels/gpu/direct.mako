## direct: one item per output, or per vector of channels.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    A work-item reduces the window of one output, or of one vector of channels, tap by tap.
</%def>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="/common/window_loop.mako"/>
<%namespace name="walk" file="/common/index_walk.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="single" file="/common/output_item.mako"/>
<%namespace name="output" file="/common/output.mako"/>

<%def name="functions()">
${single.functions()}
</%def>

<% lanes = lanes_of(spec.width) %>
${signature.kernel()}
{
    ${single.item()}
% for axis in spec.axes:
    ${window.start(axis, "o" + axis)}
% endfor
    const ${spec.offset} at = ${single.at()};
    ${taps.reduce(lanes, "at")}
    ${output.count(lanes, spec.axes)}
    ${output.emit(lanes, "acc", "at", "count")}
% if spec.mode.refuses:
    ${walk.element(lanes)}
% endif
}
