## direct: one item per output, or per vector of channels. The GPU shape.
<%inherit file="/kernel.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="reduce.mako"/>
<%namespace name="chosen" file="chosen.mako"/>
<%namespace name="items" file="items.mako"/>
<%namespace name="single" file="single.mako"/>
<%namespace name="output" file="output.mako"/>
<% lanes = lanes_of(spec.width) %>
${items.kernel()}
{
    ${single.item(lanes)}
    ${window.start("w", "ow")}
    ${taps.reduce(lanes, single.at())}
    ${output.count(lanes, spec.axes)}
    ${output.emit(lanes, "acc", single.at(), "count")}
% if spec.mode.refuses:
    ${chosen.element(lanes)}
% endif
}
