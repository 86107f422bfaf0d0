## direct: one item per output, or per vector of channels. The GPU shape.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    A work-item reduces the window of one output, or of one vector of channels, tap by tap.
</%def>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="/common/window_loop.mako"/>
<%namespace name="checks" file="/common/index_check.mako"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="single" file="/common/output_item.mako"/>
<%namespace name="output" file="/common/output.mako"/>
<% lanes = lanes_of(spec.width) %>
${items.kernel()}
{
    ${single.item(lanes)}
    ${window.start("w", "ow")}
    ${taps.reduce(lanes, single.at())}
    ${output.count(lanes, spec.axes)}
    ${output.emit(lanes, "acc", single.at(), "count")}
% if spec.mode.refuses:
    ${checks.element(lanes)}
% endif
}
